import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock, never } from '@kontakt/convergence';
import { intoOutbox } from '@kontakt/messaging';
import { createLog, createMetrics, startHttpServer } from '@kontakt/service-kit';
import { createClient, expectProblem } from '@kontakt/testing';
import sql from 'sql-template-tag';
import { createApp } from '../src/app.ts';
import { createDb } from '../src/db.ts';
import { internalToken, newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

test('when the database is not there, then every request is a 503 and the service lives but is not ready', async () => {
  const log = createLog({ service: 'test', level: 'silent' });
  const db = createDb({ databaseUrl: 'postgres://nobody@127.0.0.1:9/nothing', poolSize: 2, log });
  const clock = createClock({ node: 'cr.test', startAfter: never });
  const http = await startHttpServer(
    createApp({
      db,
      clock,
      log,
      metrics: createMetrics(db.pool),
      checkBroker: () => Promise.resolve(),
      internalTokens: [internalToken],
      auth: 'off',
    }),
    { port: 0, host: '127.0.0.1', log },
  );
  try {
    const api = createClient(http.url);
    for (const answer of [
      await api.get(path),
      await api.get(`${path}/usr_1`),
      await api.get(`${path}/search?q=ane`),
      await api.post(path, newContact()),
      await api.put(`${path}/usr_1`, { role: 'member' }),
      await api.delete(`${path}/usr_1`),
    ]) {
      expect(expectProblem(answer, 503).headers.get('retry-after')).toBe('1');
    }
    expect((await api.get('/livez')).status).toBe(200);
    const readiness = await api.get('/readyz');
    expect(readiness.status).toBe(503);
    expect(readiness.body).toEqual({ status: 'not ready', checks: { database: 'unavailable', broker: 'ok' } });
  } finally {
    await http.stop();
    await db.close();
  }
});

test('when one of two statements fails, then what the other way goes on to is no part of anything', async () => {
  let late: Promise<unknown> = Promise.resolve();
  const undone = app.db.transaction((tx) => {
    late = tx.query(sql`SELECT pg_sleep(0.05)`).finally(async () => {
      await undone.catch(() => undefined);
      await tx.query(sql`INSERT INTO idempotency_keys (key, request_hash, created_at) VALUES ('late', '', now())`);
    });
    late.catch(() => undefined);
    return Promise.all([tx.query(sql`SELECT 1 / 0`), late]);
  });
  await expect(undone).rejects.toThrow(/division by zero/);
  await expect(late).rejects.toThrow(/has ended/);
  const { rows } = await app.db.pool.query(`SELECT FROM idempotency_keys WHERE key = 'late'`);
  expect(rows).toEqual([]);
});

test('when an operation goes on after a statement has failed, then its transaction does not pass for committed', async () => {
  const undone = app.db.transaction(async (tx) => {
    await tx.query(sql`INSERT INTO idempotency_keys (key, request_hash, created_at) VALUES ('undone', '', now())`);
    await tx.query(sql`SELECT 1 / 0`).catch(() => undefined);
  });
  await expect(undone).rejects.toThrow(/was undone/);
  expect(await app.db.query(sql`SELECT key FROM idempotency_keys WHERE key = 'undone'`)).toEqual([]);
});

test('when a statement fails that nobody waits for, then its transaction fails as it did, and nothing is written', async () => {
  const written = sql`INSERT INTO idempotency_keys (key, request_hash, created_at) VALUES ('sent', '', now())`;
  const last = app.db.transaction(async (tx) => {
    await tx.query(written);
    tx.send(sql`SELECT 1 / 0`);
    return 'done';
  });
  await expect(last).rejects.toThrow(/division by zero/);
  const first = app.db.transaction((tx) => {
    tx.send(sql`SELECT 1 / 0`);
    tx.send(written);
    return tx.query(sql`SELECT 'what comes after it fails with another error'`);
  });
  await expect(first).rejects.toThrow(/division by zero/);
  expect(await app.db.query(sql`SELECT key FROM idempotency_keys WHERE key = 'sent'`)).toEqual([]);
});

test('when a statement is sent after the end of its transaction, then that is refused', async () => {
  const ended = await app.db.transaction((tx) => Promise.resolve(tx));
  expect(() => {
    ended.send(sql`SELECT 1`);
  }).toThrow(/has ended/);
});

test('when transactions commit, then only one that has written into the outbox wakes whoever reads it', async () => {
  const wakes: ('with its commit' | 'after it')[] = [];
  let canAsk = true;
  app.db.onOutbox((connection) => {
    wakes.push(connection ? 'with its commit' : 'after it');
    return canAsk;
  });
  await app.db.transaction((tx) => tx.query(sql`SELECT count(*) FROM outbox`));
  expect(wakes).toEqual([]);
  await app.db.transaction((tx) => tx.query(intoOutbox([])));
  expect(wakes).toEqual(['with its commit']);
  canAsk = false;
  await app.db.transaction((tx) => tx.query(intoOutbox([])));
  expect(wakes).toEqual(['with its commit', 'with its commit', 'after it']);
});

test('when the connection breaks in a transaction, then that one is refused, and the next has another connection', async () => {
  const broken = app.db.transaction((tx) => tx.query(sql`SELECT pg_terminate_backend(pg_backend_pid())`));
  await expect(broken).rejects.toThrow();
  expect(await app.db.transaction((tx) => tx.query(sql`SELECT 1 AS one`))).toEqual([{ one: 1 }]);
});

test('when the database is there, then the service is ready', async () => {
  const { status, body } = await app.api.get('/readyz');
  expect({ status, body }).toEqual({
    status: 200,
    body: { status: 'ready', checks: { database: 'ok', broker: 'ok' } },
  });
});

test('when another transaction holds the row too long, then 503, nothing is changed, and later it works', async () => {
  const { id } = (await app.api.post(path, newContact({ role: 'member' }))).body;
  const other = await app.db.pool.connect();
  try {
    await other.query('BEGIN');
    await other.query('SELECT FROM contacts WHERE id = $1 FOR UPDATE', [id]);
    expectProblem(await app.api.put(`${path}/${id}`, { role: 'board' }), 503);
  } finally {
    await other.query('ROLLBACK');
    other.release();
  }
  expect((await app.api.get(`${path}/${id}`)).body.role).toBe('member');
  expect((await app.api.put(`${path}/${id}`, { role: 'board' })).status).toBe(200);
});

test('when all connections are in use, then 503 after a while, and later it works', async () => {
  const taken = await Promise.all([1, 2, 3, 4].map(() => app.db.pool.connect()));
  try {
    const answers = await Promise.all([
      app.api.get(path),
      app.api.get(`${path}/search?q=a`),
      app.api.post(path, newContact()),
    ]);
    for (const answer of answers) expectProblem(answer, 503);
  } finally {
    for (const client of taken) client.release();
  }
  expect((await app.api.get(path)).status).toBe(200);
});

test('when the server ends the connections, then the next request gets a new one', async () => {
  await app.api.get(path);
  const { rows } = await app.db.pool.query('SELECT current_user AS me');
  await app.db.pool
    .query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND datname = current_database()',
      [rows[0].me],
    )
    .catch(() => undefined);
  const answers = await Promise.all([1, 2, 3].map(() => app.api.get(path)));
  expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
  expect((await app.api.get(path)).status).toBe(200);
});
