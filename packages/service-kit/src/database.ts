import pg from 'pg';
import type { Log } from './log.ts';

/** A lock is waited for less long than a statement may take. */
const lockTimeoutMs = 2_000;
const statementTimeoutMs = 4_000;
/** For a process that was stopped in the middle: others wait for its locks no longer. */
const idleInTransactionTimeoutMs = 5_000;
/** The timeouts above are the server's. A host that vanishes keeps none, and says nothing: the kernel waits 16 minutes. */
const answerTimeoutMs = 10_000;

/** As pg reads everything, but for dates: midnight in UTC, as Prisma has them, and not where the process is. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.DATE, (date) => new Date(date));

/**
 * The pool of connections of one service. `timezone=UTC`: without it Prisma stores times hours off when the
 * server's own time zone is another.
 */
export function createPool(options: { databaseUrl: string; size: number; log: Log }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.size,
    connectionTimeoutMillis: 3_000,
    // They stay. A new one plans all anew: with 200 writes a second after ten quiet ones, the slowest hundredth took
    // 105 ms instead of 54.
    idleTimeoutMillis: 0,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: answerTimeoutMs,
    // A statement need not wait for the answer to the one before.
    pipeline: true,
    types,
    options: [
      'timezone=UTC',
      `lock_timeout=${lockTimeoutMs}`,
      `statement_timeout=${statementTimeoutMs}`,
      `idle_in_transaction_session_timeout=${idleInTransactionTimeoutMs}`,
      // The plan of a prepared statement is kept. One made while a table was empty would read all of it when it has
      // filled: a claim behind 100,000 events took more than 4 s. All that is asked for is found by an index.
      'enable_seqscan=off',
      // Nor by a bitmap, whose reading leaves in the index what was deleted since, for the next one to pass over: with 150
      // writes a second a claim that was planned so took 0.97 ms instead of 0.12. What needs one says so, or has
      // no other index, as the ranges of stamps have.
      'enable_bitmapscan=off',
      // Compiling is for what takes seconds.
      'jit=off',
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
  });
  pool.on('error', (error) => {
    if (!pool.ending) options.log.warn({ reason: error.message }, 'an idle database connection was lost');
  });
  return pool;
}

const unavailable = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', // no connection
  '57P01', '57P02', '57P03', '53300', // shutting down, crashed, starting up, no connection left
  '55P03', '57014', '40P01', '40001', '25P03', // a lock, a statement or a transaction took too long, deadlock
  'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', // the same in Prisma's words
  'DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections', // and in its adapter's
]); // prettier-ignore

/** What pg says without a code: the pool is used up, no answer came, or a connection broke off. */
const unavailableWords =
  /^(timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error)/;

/** Whether an error means that the database could not do its work just now, and may if it is asked again. */
export function isDatabaseUnavailable(error: unknown): boolean {
  // Prisma hides what the adapter said in `meta`, pg what the socket said in `cause`.
  const inside = ['cause', 'meta', 'driverAdapterError'].map((key) => property(error, key));
  return (
    ['code', 'originalCode', 'kind'].some((key) => unavailable.has(String(property(error, key)))) ||
    unavailableWords.test(String(property(error, 'message'))) ||
    inside.some((nested) => nested !== undefined && isDatabaseUnavailable(nested))
  );
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
