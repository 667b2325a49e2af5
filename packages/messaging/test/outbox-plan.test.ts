import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog, openDatabase } from '@kontakt/service-kit';
import { createTestDatabase } from '@kontakt/testing';
import { Client } from 'pg';
import { batchSize, claim, claimBetween, remove, type Position } from '../src/outbox.ts';
import { newestPart } from '../src/sweep-part.ts';

const start: Position = { id: '0', due: '-infinity' };

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  database = await createTestDatabase('contact-repository');
  db = openDatabase({
    databaseUrl: database.url,
    // So that it is the same connection, which has planned before.
    poolSize: 1,
    log: createLog({ service: 'test', level: 'silent' }),
    createClient: () => ({
      $disconnect: () => Promise.resolve(),
      idempotencyKey: { deleteMany: () => Promise.resolve() },
    }),
  });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test('when the statements of the relay were planned while the outbox was empty, then they find rows of a backlog by index', async () => {
  await db.pool.query('VACUUM ANALYZE outbox');
  // After five executions PostgreSQL may keep a plan.
  for (let i = 0; i < 8; i++) {
    await claim(db.pool, start, batchSize);
    await claimBetween(db.pool, newestPart(10, 10, Infinity), batchSize);
    await remove(db.pool, ['0']);
  }
  await db.pool.query("INSERT INTO outbox (event) SELECT '{}' FROM generate_series(1, 5000)");

  const plans = await plansOf(
    "outbox_claim(500, '-infinity', 0, 0)",
    'outbox_sweep(500, 0, 10)',
    "outbox_remove('{1,2}')",
  );
  expect(plans[0]).toContain('Index Scan using outbox_next');
  expect(plans[0]).toContain('Index Scan using outbox_pkey');
  expect(plans[1]).toContain('Index Scan using outbox_pkey');
  for (const other of ['outbox_next', 'Sort Key: outbox', 'Bitmap']) expect(plans[1]).not.toContain(other);
  for (const plan of plans) expect(plan).not.toContain('Seq Scan');
});

test('when a backlog is looked at for the first time, and PostgreSQL has not counted it, then rows are read in order', async () => {
  await db.pool.query('TRUNCATE outbox');
  // The next connection has planned nothing yet.
  (await db.pool.connect()).release(true);
  await db.pool.query("INSERT INTO outbox (event) SELECT repeat('x', 900) FROM generate_series(1, 20000)");
  const { rows } = await db.pool.query<{ newest: string }>('SELECT max(id) AS newest FROM outbox');
  const newest = Number(rows[0]?.newest);
  await claim(db.pool, 5_000, batchSize);
  await claimBetween(db.pool, newestPart(newest, newest, Infinity), batchSize);
  for (const plan of await plansOf('outbox_claim(500, NULL, 5000, 0)', `outbox_sweep(500, 0, ${newest})`)) {
    for (const other of ['Sort Key: outbox', 'Bitmap Index Scan on outbox_next', 'Seq Scan']) {
      expect(plan).not.toContain(other);
    }
  }
});

test('when PostgreSQL counts few rows, then they are read in order, too', async () => {
  for (const few of [1, 20, 50, 200]) {
    await db.pool.query('TRUNCATE outbox');
    (await db.pool.connect()).release(true);
    await db.pool.query(`INSERT INTO outbox (event) SELECT repeat('x', 1000) FROM generate_series(1, ${few})`);
    await db.pool.query('VACUUM outbox');
    await claim(db.pool, 5_000, batchSize);
    const plans = await plansOf('outbox_claim(500, NULL, 5000, 0)');
    for (const other of ['Sort Key: outbox', 'Bitmap', 'Seq Scan']) expect(plans[0]).not.toContain(other);
  }
});

test('when the outbox was analysed while PostgreSQL kept what had been deleted, then claims do not look through that', async () => {
  const other = new Client({ connectionString: database.url });
  await other.connect();
  await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM outbox LIMIT 1');
  await db.pool.query("INSERT INTO outbox (event) SELECT '{}' FROM generate_series(1, 5000)");
  await db.pool.query('DELETE FROM outbox');
  await db.pool.query('ANALYZE outbox');
  await claim(db.pool, 0, batchSize);

  const { rows } = await db.pool.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (ANALYZE, BUFFERS) EXECUTE outbox_claim(500, NULL, 0, 0)`,
  );
  await other.end();
  const touched = rows.map((row) => Number(/Buffers: shared hit=(\d+)/.exec(row['QUERY PLAN'])?.[1] ?? 0));
  expect(Math.max(...touched)).toBeGreaterThan(0);
  expect(Math.max(...touched)).toBeLessThan(50);
});

test('when rows are claimed, then that leaves nothing in the indexes, where claims would pass over it', async () => {
  await db.pool.query('TRUNCATE outbox');
  await db.pool.query("INSERT INTO outbox (event) SELECT repeat('x', 1500) FROM generate_series(1, 4000)");
  const before = await sizes();
  for (let claimed = 0; claimed < 4_000;) claimed += (await claim(db.pool, start, batchSize)).length;
  expect(await sizes()).toEqual(before);
});

async function plansOf(...statements: string[]): Promise<string[]> {
  return Promise.all(
    statements.map(async (statement) => {
      const { rows } = await db.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE ${statement}`);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    }),
  );
}

async function sizes(): Promise<unknown> {
  const text =
    "SELECT pg_relation_size('outbox_next') AS next, pg_relation_size('outbox_pkey') AS ids, pg_relation_size('outbox') AS rows";
  const { rows } = await db.pool.query(text);
  return rows[0];
}
