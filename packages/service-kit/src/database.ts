import pg from 'pg';
import type { Log } from './log.ts';

/** A lock is waited for less long than a statement may take, and a statement less long than a transaction may. */
const lockTimeoutMs = 2_000;
const statementTimeoutMs = 4_000;

/**
 * The pool of connections of one service. `timezone=UTC`: without it Prisma stores times hours off when the
 * server's own time zone is another.
 */
export function createPool(options: { databaseUrl: string; size: number; log: Log }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.size,
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
    options: `-c timezone=UTC -c lock_timeout=${lockTimeoutMs} -c statement_timeout=${statementTimeoutMs}`,
  });
  pool.on('error', (error) => {
    options.log.warn({ err: error }, 'an idle database connection was lost');
  });
  return pool;
}

const unavailable = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', // no connection
  '57P01', '57P02', '57P03', '53300', // shutting down, crashed, starting up, no connection left
  '55P03', '57014', '40P01', '40001', // a lock or a statement took too long, deadlock, serialisation
  'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', // the same in Prisma's words
]); // prettier-ignore

/** Whether an error means that the database could not do its work just now, and may if it is asked again. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let e = error, depth = 0; e instanceof Object && depth < 5; e = 'cause' in e ? e.cause : undefined, depth++) {
    if ('code' in e && typeof e.code === 'string' && unavailable.has(e.code)) return true;
    if ('originalCode' in e && typeof e.originalCode === 'string' && unavailable.has(e.originalCode)) return true;
  }
  return false;
}
