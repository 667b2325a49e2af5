import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from '@kontakt/convergence';
import { startMessaging, type Transport } from '@kontakt/messaging';
import { createLog } from '@kontakt/service-kit';
import pg from 'pg';
import { percentile } from './load.ts';
import { ask } from './sample.ts';

interface Claims {
  claims: number;
  events: number;
  medianMs: number;
  p99Ms: number;
}

interface Claim {
  ms: number;
  events: number;
}

export interface ClaimResult {
  rows: number;
  /** For a tenth of the time, first. */
  withoutTransaction: Claims;
  /** Of as many again, while a transaction is open that keeps PostgreSQL from forgetting those that have been deleted. */
  withTransaction: Claims;
  seconds: number;
}

/** How long the relay waits for its next rows when very many are there. */
export async function measureClaim(databaseUrl: string, rows: number, seconds: number): Promise<ClaimResult> {
  await ask(databaseUrl, 'TRUNCATE outbox');
  const event = JSON.stringify({ type: 'contact.updated.v1', data: 'x'.repeat(800) });
  const fill = () =>
    ask(databaseUrl, `INSERT INTO outbox (event) SELECT $1 FROM generate_series(1, $2::int)`, [event, rows]);
  await fill();

  const claims: Claim[] = [];
  const pool = new TimedPool({ connectionString: databaseUrl, max: 5 }, claims);
  const { stop } = await startMessaging({
    queue: 'bench',
    subscriptions: [],
    transport: nowhere,
    db: { pool, transaction: <T>() => Promise.reject<T>(new Error('nothing is received')), onOutbox: () => undefined },
    clock: createClock({ node: 'bench', startAfter: '' }),
    log: createLog({ service: 'bench', level: 'error' }),
  });
  await sleep(seconds * 100);
  const withoutTransaction = summary(claims.splice(0));

  const other = new pg.Client({ connectionString: databaseUrl });
  await other.connect();
  await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM outbox LIMIT 1');
  await fill();
  await sleep(seconds * 1000);
  const withTransaction = summary(claims.splice(0));
  await other.end();
  await stop();
  await pool.end();
  await ask(databaseUrl, 'TRUNCATE outbox');
  return { rows, withoutTransaction, withTransaction, seconds };
}

/** Notes each claim. */
class TimedPool extends pg.Pool {
  constructor(config: pg.PoolConfig, claims: Claim[]) {
    super(config);
    const query = this.query.bind(this) as (...args: unknown[]) => Promise<pg.QueryResult>;
    const timed = async (...args: unknown[]): Promise<pg.QueryResult> => {
      const started = performance.now();
      const result = await query(...args);
      const { name } = Object(args[0]) as { name?: string };
      if (name === 'outbox_claim') claims.push({ ms: performance.now() - started, events: result.rows.length });
      return result;
    };
    Object.assign(this, { query: timed });
  }
}

/** Confirms as late as a broker does, where the relay publishes 18,000 events a second. */
const nowhere: Transport = {
  publish: () => sleep(220),
  subscribe: () => Promise.resolve(),
  check: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

function summary(claims: Claim[]): Claims {
  const sorted = Float64Array.from(claims, ({ ms }) => ms).sort();
  return {
    claims: claims.length,
    events: claims.reduce((sum, { events }) => sum + events, 0),
    medianMs: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}
