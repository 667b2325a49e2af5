import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@kontakt/embedded-postgres';

/** The binaries of Debian's package, not the wrappers in the PATH, which insist on being root or rabbitmq. */
const binaries = '/usr/lib/rabbitmq/bin';
const startTimeoutMs = 60_000;

/**
 * Runs the node and the port mapper it needs. A line in the pipe that we hold means "stop"; its end means that we were
 * killed, and then what the node kept goes with it. $1: the node's directory; then the command.
 */
const deathWatch = `
  dir=$1; shift
  epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 </dev/null 3<&- &
  epmd=$!
  "$@" </dev/null 3<&- &
  server=$!
  (
    read -r _ || : >"$dir/abandoned"
    kill -TERM "$server"
  ) <&3 >/dev/null 2>&1 &
  watch=$!
  exec 3<&-
  wait "$server"; status=$?
  kill "$watch" "$epmd" 2>/dev/null
  [ ! -e "$dir/abandoned" ] || rm -rf -- "$dir"
  exit "$status"`;

/** A RabbitMQ node of our own: own ports, name, port mapper and directories. Starts and stops as often as wanted. */
export interface LocalRabbit {
  url: string;
  start: () => Promise<void>;
  /** Stops in order. */
  stop: () => Promise<void>;
  /** The end without warning, as when a machine loses its power. */
  kill: () => Promise<void>;
  /** Runs rabbitmqctl, and answers what it prints. */
  ctl: (...args: string[]) => Promise<string>;
  /** Ends it and removes what it kept. */
  remove: () => Promise<void>;
}

/** Why there is no installation to run a node of; undefined if there is one. */
export function localRabbitProblem(): string | undefined {
  const server = join(binaries, 'rabbitmq-server');
  return existsSync(server) ? undefined : `there is no ${server}`;
}

/** Makes a node, which is not started yet. */
export async function createLocalRabbit(): Promise<LocalRabbit> {
  const dir = mkdtempSync(join(tmpdir(), 'kontakt-rabbitmq-'));
  const [port, distPort, epmdPort] = [await freePort(), await freePort(), await freePort()];
  const env = environment(dir, { port, distPort, epmdPort });
  writeSettings(dir);
  let running: NodeProcess | undefined;
  const kill = async (): Promise<void> => {
    await running?.end('kill');
    running = undefined;
  };

  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    async start() {
      running = spawnNode(dir, env);
      await running.ready;
    },
    async stop() {
      await running?.end('stop');
      running = undefined;
    },
    kill,
    async ctl(...args) {
      const { stdout } = await promisify(execFile)(join(binaries, 'rabbitmqctl'), ['--quiet', ...args], { env });
      return stdout;
    },
    async remove() {
      await kill();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface NodeProcess {
  ready: Promise<void>;
  end: (how: 'stop' | 'kill') => Promise<void>;
}

function spawnNode(dir: string, env: NodeJS.ProcessEnv): NodeProcess {
  const child = spawn('/bin/sh', ['-c', deathWatch, 'sh', dir, join(binaries, 'rabbitmq-server')], {
    env,
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true, // a process group of its own, which Ctrl-C does not reach
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  return {
    ready: untilReady(child, ended),
    async end(how) {
      const line = child.stdio[3];
      if (how === 'kill' && child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      else if (line instanceof Socket) line.end('stop\n');
      await ended;
    },
  };
}

function untilReady(child: ChildProcess, ended: Promise<void>): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      reject(new Error(`RabbitMQ ${why}: ${output.slice(-2_000)}`));
    };
    const late = setTimeout(fail, startTimeoutMs, `did not start within ${startTimeoutMs / 1000} s`);
    const listen = (text: string): void => {
      output += text;
      if (!output.includes('completed with')) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', listen);
    child.stderr?.setEncoding('utf8').on('data', listen);
    // A pipe that breaks since the other end has gone is told by the process's end.
    child.stdio[3]?.on('error', () => undefined);
    child.once('error', ({ message }) => {
      fail(message);
    });
    void ended.then(() => {
      clearTimeout(late);
      fail('ended at its start');
    });
  });
}

function writeSettings(dir: string): void {
  for (const folder of ['mnesia', 'log', 'generated', 'schema']) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, '.erlang.cookie'), randomBytes(16).toString('hex'), { mode: 0o400 });
  writeFileSync(join(dir, 'enabled_plugins'), '[].\n');
  writeFileSync(join(dir, 'environment.conf'), '');
  writeFileSync(
    join(dir, 'advanced.config'),
    '[{rabbit, [{disk_free_limit, 50000000}, {vm_memory_high_watermark, {absolute, 512000000}}]}].\n',
  );
}

/** Nothing of the machine's own RabbitMQ, and nothing that listens to other machines. */
function environment(dir: string, ports: Record<'port' | 'distPort' | 'epmdPort', number>): NodeJS.ProcessEnv {
  const onlyHere = '-kernel inet_dist_use_interface {127,0,0,1}';
  return {
    PATH: process.env.PATH,
    HOME: dir,
    ERL_CRASH_DUMP: join(dir, 'erl_crash.dump'), // else where the tests run
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    ERL_EPMD_PORT: String(ports.epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `kontakt${ports.port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.port),
    RABBITMQ_DIST_PORT: String(ports.distPort),
    RABBITMQ_BASE: dir,
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_LOGS: join(dir, 'log', 'rabbit.log'),
    RABBITMQ_PID_FILE: join(dir, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'advanced'),
    RABBITMQ_CONF_ENV_FILE: join(dir, 'environment.conf'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(dir, 'generated'),
    RABBITMQ_SCHEMA_DIR: join(dir, 'schema'),
    // Without busy waiting, which would take a processor for itself.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `+sbwt none +sbwtdcpu none +sbwtdio none ${onlyHere}`,
    RABBITMQ_CTL_ERL_ARGS: onlyHere,
  };
}
