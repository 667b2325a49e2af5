import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDatabase, type Postgres, PostgresError, startPostgres } from '../src/index.ts';
import { query, temporaryDirectories } from './support.ts';

const dir = temporaryDirectories()('running');
let postgres: Postgres | undefined;
beforeAll(async () => {
  postgres = await startPostgres({ dir, ephemeral: true });
});
afterAll(() => postgres?.stop());

const adminUrl = (): string => postgres?.adminUrl() ?? '';

/** What every server has: UTF-8, UTC, passwords, and no way in but 127.0.0.1. */
const settings = {
  listens: '127.0.0.1',
  sockets: '',
  encoding: 'UTF8',
  zone: 'UTC',
  locale: 'C.UTF-8 C.UTF-8',
  authentication: 'scram-sha-256',
  lower: 'äéł',
};

test('when started, then it is set up as the product needs it', async () => {
  const [row] = await query(
    adminUrl(),
    `SELECT current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets,
            current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone,
            (SELECT datcollate || ' ' || datctype FROM pg_database WHERE datname = 'template1') AS locale,
            (SELECT string_agg(DISTINCT auth_method, ' ') FROM pg_hba_file_rules) AS authentication,
            lower('ÄÉŁ') AS lower`,
  );
  expect(row).toEqual(settings);
});

test('when the data is in use, then another start says so and the running server goes on', async () => {
  await expect(startPostgres({ dir })).rejects.toThrow(
    new PostgresError(`PostgreSQL's data directory ${dir} is in use by another running server.`),
  );
  expect(await query(adminUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

const ensure = (name: string): Promise<string> => ensureDatabase(adminUrl(), { database: name, user: `${name}-user` });

const inDatabase = (url: string, database: string): string => Object.assign(new URL(url), { pathname: database }).href;

test('when a user has a database, then it may make tables and the extensions that we use in it', async () => {
  const url = await ensure('first');
  await query(url, 'CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE TABLE note (text text)');
  expect(await query(url, "SELECT unaccent('é') AS e, similarity('abc', 'abc') AS same")).toEqual([
    { e: 'e', same: 1 },
  ]);
  await expect(query(url, "COPY note FROM PROGRAM 'true'")).rejects.toThrow('permission denied');
  await expect(query(url, 'CREATE DATABASE another')).rejects.toThrow('permission denied');
});

test("when a user opens a database that is not its own, then it is turned away, also from the server's own", async () => {
  const [one] = [await ensure('one'), await ensure('two')];
  for (const database of ['two', 'postgres', 'template1'])
    await expect(query(inDatabase(one, database), 'SELECT')).rejects.toThrow('permission denied for database');
});

test('when the database is there already, then its content stays and the password is a new one', async () => {
  const before = await ensure('kept');
  await query(before, 'CREATE TABLE note AS SELECT 42 AS answer');
  const after = await ensure('kept');
  expect(await query(after, 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
  await expect(query(before, 'SELECT')).rejects.toThrow('password authentication failed');
});

test('when an ephemeral server is stopped, then its data is gone', async () => {
  expect(existsSync(dir)).toBe(true);
  await postgres?.stop();
  expect(existsSync(dir)).toBe(false);
});
