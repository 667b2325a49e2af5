import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from '@kontakt/convergence';
import { startMessaging, type Transport } from '@kontakt/messaging';
import { createLog, openDatabase } from '@kontakt/service-kit';
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
  // Each due at a time of its own, as with a transaction for each.
  const insert =
    'INSERT INTO outbox (event, available_at) SELECT $1, clock_timestamp() FROM generate_series(1, $2::int)';
  const fill = () => ask(databaseUrl, insert, [event, rows]);
  await fill();

  const log = createLog({ service: 'bench', level: 'error' });
  const db = openDatabase({ databaseUrl, poolSize: 5, log, createClient: () => noClient });
  const claims = timeClaims(db.pool);
  const { stop } = await startMessaging({
    queue: 'bench',
    subscriptions: [],
    transport: nowhere,
    db,
    clock: createClock({ node: 'bench', startAfter: '' }),
    log,
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
  await db.close();
  await ask(databaseUrl, 'TRUNCATE outbox');
  return { rows, withoutTransaction, withTransaction, seconds };
}

/** Notes each claim from now on. */
function timeClaims(pool: pg.Pool): Claim[] {
  const claims: Claim[] = [];
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
  const timed = async (...args: unknown[]): Promise<pg.QueryResult> => {
    const started = performance.now();
    const { name } = Object(args[0]) as { name?: string };
    let events = 0;
    try {
      const result = await query(...args);
      events = result.rows.length;
      return result;
    } finally {
      if (name === 'outbox_claim' || name === 'outbox_sweep') claims.push({ ms: performance.now() - started, events });
    }
  };
  Object.assign(pool, { query: timed });
  return claims;
}

const noClient = {
  $disconnect: () => Promise.resolve(),
  idempotencyKey: { deleteMany: () => Promise.resolve() },
};

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
