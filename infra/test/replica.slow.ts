import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig, startContactRepository } from '@kontakt/contact-repository';
import { ensureDatabase, startPostgres, type Postgres } from '@kontakt/embedded-postgres';
import type { Transport } from '@kontakt/messaging';
import { migrate } from '@kontakt/migrate';
import { createClient, expectProblem, waitFor, type Client } from '@kontakt/testing';
import { Client as Connection } from 'pg';
import { root } from '../local/config.ts';

/** A read replica as a deployment would have it: a second PostgreSQL that streams from the first, and an instance on it. */

const contacts = '/api/v1/contacts';
const database = 'contacts';

/** Nothing is published or received: an instance that only reads does neither. */
const nowhere: Transport = {
  publish: () => Promise.resolve(),
  subscribe: () => Promise.resolve(),
  check: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

let directory: string;
let primary: Postgres;
let replica: Postgres;
let writer: Client;
let reader: Client;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kontakt-replica-'));
  primary = await startPostgres({ dir: join(directory, 'primary') });
  stops.push(primary.stop);
  const url = await ensureDatabase(primary.adminUrl(), { database, user: 'contacts' });
  await migrate({ databaseUrl: url, schema: join(root, 'services/contact-repository/prisma/schema.prisma') });
  await copyCluster();
  replica = await startPostgres({
    dir: join(directory, 'replica'),
    settings: { primary_conninfo: primary.adminUrl() },
  });
  stops.push(replica.stop);
  writer = await startInstance(url);
  reader = await startInstance(url.replace(`:${primary.port}/`, `:${replica.port}/`));
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(directory, { recursive: true, force: true });
});

/** While the primary runs: what it writes meanwhile is in its log, which the copy then reads. */
async function copyCluster(): Promise<void> {
  const connection = new Connection({ connectionString: primary.adminUrl() });
  await connection.connect();
  await connection.query(`SELECT pg_backup_start('replica', true)`);
  mkdirSync(join(directory, 'replica'));
  const data = join(directory, 'replica/data');
  execFileSync('cp', ['-a', join(directory, 'primary/data'), data]);
  const { rows } = await connection.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
  await connection.end();
  rmSync(join(data, 'postmaster.pid'));
  const { uid, gid } = statSync(data);
  for (const [name, content] of [
    ['backup_label', rows[0]?.labelfile ?? ''],
    ['standby.signal', ''],
  ] as const) {
    writeFileSync(join(data, name), content);
    chownSync(join(data, name), uid, gid);
  }
}

async function startInstance(databaseUrl: string): Promise<Client> {
  const config = readConfig(
    { DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'silent', INTERNAL_TOKEN: 'replica-replica-replica' },
    { inProcess: true },
  );
  const running = await startContactRepository({ ...config, PORT: 0 }, nowhere);
  stops.push(running.stop);
  return createClient(running.url);
}

async function onReplica(sql: string): Promise<unknown> {
  const connection = new Connection({ connectionString: replica.adminUrl() });
  await connection.connect();
  const { rows } = await connection.query<Record<string, unknown>>(sql);
  await connection.end();
  return Object.values(rows[0] ?? {})[0];
}

async function writtenContact() {
  const person = { full_name: 'Ane Berg', email: 'ane@example.no', role: 'member', org_id: 'org_01' };
  const { body, headers } = await writer.post(contacts, person);
  return { path: `${contacts}/${body.id}`, token: { 'Consistency-Token': headers.get('consistency-token') ?? '' } };
}

test('when a read at the replica shows the token of a write, then it is answered with what was written', async () => {
  for (let time = 0; time < 20; time++) {
    const { path, token } = await writtenContact();
    expect(await reader.get(path, token)).toMatchObject({ status: 200, body: { email: 'ane@example.no' } });
  }
});

test('when the replica lags, then a newer token is refused until it has caught up, and other reads are answered', async () => {
  const { path, token } = await writtenContact();
  expect((await reader.get(path, token)).status).toBe(200);
  await onReplica('SELECT pg_wal_replay_pause()');
  await waitFor(async () => (await onReplica('SELECT pg_get_wal_replay_pause_state()')) === 'paused');

  const { headers } = await writer.put(path, { email: 'ane.berg@example.no' });
  const newer = { 'Consistency-Token': headers.get('consistency-token') ?? '' };
  const refused = expectProblem(await reader.get(path, newer), 503);
  expect(refused).toMatchObject({ body: { type: 'urn:kontakt:problem:not-yet-consistent' } });
  expect(refused.headers.get('retry-after')).toBe('1');
  for (const headers of [{}, token]) {
    expect(await reader.get(path, headers)).toMatchObject({ status: 200, body: { email: 'ane@example.no' } });
  }

  await onReplica('SELECT pg_wal_replay_resume()');
  await waitFor(async () => (await reader.get(path, newer)).status === 200);
  expect((await reader.get(path)).body).toMatchObject({ email: 'ane.berg@example.no' });
});
