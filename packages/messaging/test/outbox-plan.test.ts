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
    await claimBetween(db.pool, newestPart(10, 10), batchSize);
    await remove(db.pool, ['0']);
  }
  await db.pool.query("INSERT INTO outbox (event) SELECT '{}' FROM generate_series(1, 5000)");

  const plans = await Promise.all(
    ["outbox_claim(500, '-infinity', 0, 0)", 'outbox_sweep(500, 0, 10)', "outbox_remove('{1,2}')"].map(
      async (statement) => {
        const { rows } = await db.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE ${statement}`);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      },
    ),
  );
  expect(plans[0]).toContain('Index Scan using outbox_next');
  expect(plans[0]).toContain('Index Scan using outbox_pkey');
  expect(plans[1]).toContain('Index Scan using outbox_pkey');
  for (const other of ['outbox_next', 'Sort Key: outbox', 'Bitmap']) expect(plans[1]).not.toContain(other);
  for (const plan of plans) expect(plan).not.toContain('Seq Scan');
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

async function sizes(): Promise<unknown> {
  const text =
    "SELECT pg_relation_size('outbox_next') AS next, pg_relation_size('outbox_pkey') AS ids, pg_relation_size('outbox') AS rows";
  const { rows } = await db.pool.query(text);
  return rows[0];
}
