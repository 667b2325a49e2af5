import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { type Cluster, dataDirArgument } from './cluster.ts';
import { environment } from './run.ts';
import { startedBy } from './processes.ts';

/**
 * Runs PostgreSQL under a death watch: the shell reads from a pipe that we hold and that nobody writes to, so that its
 * end means "stop", whether we closed it or were killed. It tells more than once, as a server that has only just been
 * started does not listen to signals yet, and leaves no process of its own behind.
 *
 * $1: the signal to stop with; $2: a directory to remove when PostgreSQL has ended, or nothing; then the command.
 */
const deathWatch = `
  trap '' QUIT
  signal=$1 remove=$2; shift 2
  "$@" </dev/null 3<&- &
  server=$!
  (
    cd /
    read -r _
    trap 'kill "$nap"; wait; exit' TERM
    for _ in 1 2 3 4 5; do kill -"$signal" "$server" || break; sleep 1 & nap=$!; wait "$nap"; done
  ) <&3 >/dev/null 2>&1 &
  watch=$!
  exec 3<&-
  wait "$server"; status=$?
  kill "$watch" 2>/dev/null; wait "$watch"
  [ -z "$remove" ] || rm -rf -- "$remove" 2>/dev/null
  exit "$status"`;

const stopTimeoutMs = 10_000;
const keptOutput = 8_000;

export interface ServerOptions {
  port: number;
  settings: Readonly<Record<string, string>>;
}

/** A PostgreSQL server process, which may still be starting, or have ended already. */
export class Server {
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  #output = '';
  #hasEnded = false;
  readonly #process: ChildProcess;

  constructor(postgres: string, cluster: Cluster, options: ServerOptions) {
    const { signal, remove } = cluster.ephemeral
      ? { signal: 'QUIT', remove: cluster.dir } // nothing is worth saving
      : { signal: 'INT', remove: '' }; // disconnects the clients and makes a checkpoint
    this.#process = spawn(
      '/bin/sh',
      ['-c', deathWatch, 'sh', signal, remove, postgres, ...serverArguments(cluster, options)],
      {
        ...cluster.account,
        cwd: cluster.dataDir,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        detached: true, // Ctrl-C is for us; the server stops when we tell it
      },
    );
    this.#keepOutput();
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.#hasEnded = true;
        resolve();
      };
      this.#process.once('close', end).once('error', (error) => {
        this.#output += error.message;
        end();
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The last that it wrote to its log. */
  get output(): string {
    return this.#output;
  }

  /** Lets this process end while the server runs; the server then ends, too. */
  unref(): void {
    this.#process.unref();
    for (const stream of this.#process.stdio) if (stream instanceof Socket) stream.unref();
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.ref();
    const force = setTimeout(() => {
      this.#signalAll('SIGQUIT');
    }, stopTimeoutMs);
    this.#process.stdio[3]?.destroy();
    await this.ended;
    clearTimeout(force);
  }

  #keepOutput(): void {
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-keptOutput);
      });
    // A pipe that breaks since the other end has gone is told by the process's end.
    this.#process.stdio[3]?.on('error', () => undefined);
  }

  /** It leads a process group of its own, which holds the shell and the server. */
  #signalAll(signal: NodeJS.Signals): void {
    if (this.#process.pid !== undefined) process.kill(-this.#process.pid, signal);
  }
}

function serverArguments(cluster: Cluster, { port, settings }: ServerOptions): string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    timezone: 'UTC',
    log_timezone: 'UTC',
    [startedBy]: String(process.pid),
    ...(cluster.ephemeral ? { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' } : {}),
    ...settings,
  };
  return [
    '-D',
    dataDirArgument(cluster),
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}
