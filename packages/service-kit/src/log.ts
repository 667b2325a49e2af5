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
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

/** Where and what went wrong. Messages of Prisma and PostgreSQL stay out: they quote what people entered. */
export function describeError(error: Error & { code?: unknown }): object | undefined {
  // What pino-http makes up for an answer that was passed on; the answer's status says as much.
  if (error.message.startsWith('failed with status code')) return undefined;
  const quotesData = error.name.startsWith('Prisma') || 'severity' in error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    code: error.code,
    message: quotesData ? undefined : error.message,
    stack: frames.join('\n'),
    cause: error.cause instanceof Error ? describeError(error.cause) : undefined,
  };
}
