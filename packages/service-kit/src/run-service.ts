import { StartError } from './config.ts';
import { isDatabaseUnavailable } from './database.ts';

export interface Running {
  /** Where it answers. */
  url: string;
  /** What the person who started it reads when it is there; by default where it answers. */
  welcome?: string;
  /** Resolves, with the reason, when it cannot go on although nobody asked it to stop. */
  ended?: Promise<Error>;
  /** Finishes what is in flight and lets go of everything, in the reverse order of the start. */
  stop: () => Promise<void>;
}

/**
 * Starts one thing after the other. What is given to `atStop` is done in the reverse order: when what is answered is
 * stopped, or at once when the start fails half way, so that nothing is left of it.
 */
export async function startInOrder<T extends object>(
  start: (atStop: (step: () => Promise<unknown>) => void) => Promise<T>,
): Promise<T & Pick<Running, 'stop'>> {
  const steps: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of steps.toReversed()) await step();
  };
  try {
    const started = await start((step) => steps.push(step));
    return { ...started, stop };
  } catch (error) {
    await stop().catch(() => undefined); // the first error tells more
    throw error;
  }
}

/**
 * The life of a process: starts, waits for SIGINT, SIGTERM or SIGHUP, stops, exits 0. A start that fails says in one
 * sentence why and exits 1. A signal during the start is answered when the start is through.
 */
export async function runService(name: string, start: () => Promise<Running>): Promise<void> {
  const stopRequested = new Promise<undefined>((resolve) => {
    const stop = () => {
      resolve(undefined);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
    whenNpmEnds(stop);
  });
  const running = await runCommand(name, start);
  process.stderr.write(running.welcome ?? `${name} answers at ${running.url}\n`);
  const failure = await Promise.race([stopRequested, running.ended ?? stopRequested]);
  if (failure) process.stderr.write(`${name} stops. ${failure.message}\n`);
  await running.stop();
  process.exit(failure ? 1 : 0);
}

/** Does the work, or says in one sentence why it cannot and exits 1. */
export async function runCommand<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    process.stderr.write(`${name} cannot start. ${startFailure(error)}\n`);
    return process.exit(1);
  }
}

/** npm passes signals on, but when it is killed nothing does: its end is seen by our getting another parent. */
function whenNpmEnds(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) stop();
  }, 500).unref();
}

/** What a person can act on, without a stack where the cause is known. */
function startFailure(error: unknown): string {
  if (error instanceof StartError) return error.message;
  if (isDatabaseUnavailable(error)) return 'The database cannot be reached; DATABASE_URL says where it should be.';
  if (error instanceof Error && 'code' in error) {
    switch (error.code) {
      case 'EADDRINUSE':
        return `Port ${'port' in error ? String(error.port) : ''} is taken by another program; PORT names another.`;
      case 'EACCES':
        return 'This user may not listen on that port; PORT names another.';
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        return 'HOST is not an address of this machine.';
      case '42P01':
        return 'The database has no tables yet: apply the migrations first.';
      default:
        // PostgreSQL's own words: a wrong password, no such database.
        if ('severity' in error) return `The database says: ${error.message}.`;
        if (String(error.code).startsWith('ERR_PARSE_ARGS_')) return `${error.message}.`;
    }
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
