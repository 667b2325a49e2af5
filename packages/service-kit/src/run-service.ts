import { ConfigError } from './config.ts';

export interface Running {
  /** Where it answers. */
  url: string;
  /** Finishes what is in flight and lets go of everything, in the reverse order of the start. */
  stop: () => Promise<void>;
}

/**
 * The life of a process: starts, and on SIGINT or SIGTERM stops and exits 0. A start that fails says in one
 * sentence why and exits 1.
 */
export async function runService(name: string, start: () => Promise<Running>): Promise<void> {
  try {
    const running = await start();
    process.stderr.write(`${name} answers at ${running.url}\n`);
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      void running.stop().then(() => process.exit(0));
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  } catch (error) {
    process.stderr.write(`${name} cannot start. ${startFailure(error)}\n`);
    process.exit(1);
  }
}

/** What a person can act on, without a stack where the cause is known. */
function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'EADDRINUSE' && 'port' in error) {
      return `Port ${String(error.port)} is taken by another program; choose another with PORT.`;
    }
    if (error.code === 'EACCES' && 'port' in error) return `Port ${String(error.port)} is not allowed for this user.`;
    if (error.code === 'EADDRNOTAVAIL') return 'HOST is not an address of this machine.';
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
