import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** One JSON line an entry, to standard output unless there is another destination. */
export function createLog(options: { service: string; level: string; destination?: DestinationStream }): Log {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return pino(
    settings,
    options.destination ?? (standardOutput ??= pino.destination({ dest: 1, sync: false, ...gathering })),
  );
}

/** Bytes of lines that are written together, unless that takes longer than so many ms. */
const gathering = { minLength: 4_096, periodicFlush: 100 };

/**
 * One for all logs of a process. Lines gather, and are written together: one by one, the gateway's took a quarter of its
 * time. At the end of the process what is left is written.
 */
let standardOutput: DestinationStream | undefined;

/** Messages that quote what people entered: of Prisma, of Joi, of what reads JSON; and of PostgreSQL (`severity`). */
const quotesData = (error: Error) => /^(Prisma|ValidationError$|SyntaxError$)/.test(error.name) || 'severity' in error;

/** Where and what went wrong. */
function describeError(error: Error & { code?: unknown }): object {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    code: error.code,
    message: quotesData(error) ? undefined : error.message,
    stack: frames.join('\n'),
    cause: error.cause instanceof Error ? describeError(error.cause) : undefined,
  };
}
