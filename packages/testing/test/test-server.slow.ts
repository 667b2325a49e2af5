import { expect, test } from '@jest/globals';
import { createTestDatabase } from '../src/index.ts';
import { hasMigrations, services } from '../src/services.ts';
import { withConnection } from '../src/sql.ts';
import { currentTestRun, type TestRun, urlOf } from '../src/test-run.ts';
import { startTestServer } from '../src/test-server.ts';

function run(): TestRun {
  const current = currentTestRun();
  if (current === undefined) throw new Error('Jest’s global set-up has not run.');
  return current;
}

const rowsOf = (url: string, sql: string): Promise<unknown[]> =>
  withConnection(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

const namesLike = (prefix: string): Promise<unknown[]> =>
  rowsOf(
    run().adminUrl,
    `SELECT datname AS name FROM pg_database WHERE starts_with(datname, '${prefix}')
     UNION SELECT rolname FROM pg_roles WHERE starts_with(rolname, '${prefix}')`,
  );

const migrated = services.filter(hasMigrations);

test.each(migrated)('when %s gets a test database, then it is migrated and its own', async (service) => {
  const [one, other] = await Promise.all([createTestDatabase(service), createTestDatabase(service)]);
  const applied = 'SELECT count(*)::int > 0 AS applied FROM _prisma_migrations WHERE finished_at IS NOT NULL';
  expect(await rowsOf(one.url, applied)).toEqual([{ applied: true }]);

  await rowsOf(one.url, 'CREATE TABLE mark ()');
  expect(await rowsOf(other.url, "SELECT to_regclass('mark') AS mark")).toEqual([{ mark: null }]);

  await Promise.all([one.drop(), other.drop()]);
  await expect(rowsOf(one.url, 'SELECT')).rejects.toThrow('does not exist');
});

test('when many test databases are made at once, then all are made, and by no superuser', async () => {
  const databases = await Promise.all(migrated.flatMap((service) => [1, 2, 3].map(() => createTestDatabase(service))));
  const who = 'SELECT rolsuper OR rolcreatedb OR rolcreaterole AS mighty FROM pg_roles WHERE rolname = current_user';
  for (const { url } of databases) expect(await rowsOf(url, who)).toEqual([{ mighty: false }]);
  await Promise.all(databases.map(({ drop }) => drop()));
});

test('when the server is a given one, then nothing of the run remains in it', async () => {
  const server = await startTestServer({ TEST_DATABASE_URL: run().adminUrl });
  const { prefix, summary } = server.run;
  expect(summary).toMatch(/^PostgreSQL \d\S+.*, TEST_DATABASE_URL$/);
  expect(await namesLike(prefix)).toHaveLength(migrated.length + 1);
  await server.stop();
  expect(await namesLike(prefix)).toEqual([]);
});

test("when the given server's user may only create databases, then it owns the test databases", async () => {
  const role = `${run().prefix}_creator`;
  await rowsOf(run().adminUrl, `CREATE ROLE ${role} LOGIN CREATEDB PASSWORD 'secret'`);
  const url = Object.assign(new URL(run().adminUrl), { username: role, password: 'secret' }).href;
  // The embedded server lets nobody but the superuser into "postgres".
  await rowsOf(run().adminUrl, `CREATE DATABASE ${role} OWNER ${role}`);

  const server = await startTestServer({ TEST_DATABASE_URL: urlOf(url, role) });
  expect(await namesLike(server.run.prefix)).toHaveLength(migrated.length);
  await server.stop();
  expect(await namesLike(server.run.prefix)).toEqual([]);
  await rowsOf(run().adminUrl, `DROP DATABASE ${role}`);
  await rowsOf(run().adminUrl, `DROP ROLE ${role}`);
});

test('when the given server cannot be reached, then the error says which one', async () => {
  await expect(startTestServer({ TEST_DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/c' })).rejects.toThrow(
    /^The test databases could not be prepared \(TEST_DATABASE_URL\): Error: connect ECONNREFUSED/,
  );
});
