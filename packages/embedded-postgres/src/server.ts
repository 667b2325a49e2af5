import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { type Cluster, dataDirArgument } from './cluster.ts';
import { immediately, orderly, underDeathWatch } from './death-watch.ts';
import { environment } from './run.ts';
import { startedBy } from './processes.ts';

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
  #isStopping = false;
  readonly #process: ChildProcess;

  constructor(postgres: string, cluster: Cluster, options: ServerOptions) {
    const command = [postgres, ...serverArguments(cluster, options)];
    const stopping = cluster.ephemeral
      ? { signals: immediately, remove: cluster.dir }
      : { signals: orderly, remove: undefined };
    this.#process = spawn('/bin/sh', underDeathWatch(command, stopping), {
      ...cluster.account,
      cwd: cluster.dataDir,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true, // Ctrl-C is for us; the server stops when we tell it
    });
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

  /** Whether its end is wanted. */
  get isStopping(): boolean {
    return this.#isStopping;
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
    this.#isStopping = true;
    if (this.#hasEnded) return;
    this.#process.ref();
    this.#process.stdio[3]?.destroy();
    await this.ended;
  }

  #keepOutput(): void {
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-keptOutput);
      });
    // A pipe that breaks since the other end has gone is told by the process's end.
    this.#process.stdio[3]?.on('error', () => undefined);
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
