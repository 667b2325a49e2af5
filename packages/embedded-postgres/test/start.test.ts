import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PostgresError, startPostgres } from '../src/index.ts';
import { query, temporaryDirectories } from './support.ts';

const directory = temporaryDirectories();

const kept = join(directory('kept'), 'made', 'by-start');

test('when started again on the same data, then what was written is there', async () => {
  const first = await startPostgres({ dir: kept });
  await query(first.adminUrl(), 'CREATE TABLE note AS SELECT 42 AS answer');
  await first.stop();

  const second = await startPostgres({ dir: kept, settings: { work_mem: '5MB' } });
  try {
    expect(await query(second.adminUrl(), 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
    expect(await query(second.adminUrl(), 'SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
  } finally {
    await second.stop();
  }
});

test('when the port is in use, then the start says so', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(startPostgres({ dir: kept, port: port ?? 0 })).rejects.toThrow(
    new PostgresError(`Port ${port ?? 0} is in use by another program, so PostgreSQL cannot listen on it.`),
  );
  other.close();
});

test('when started by any user, then the data belongs to an unprivileged one and only it can read the password', async () => {
  const data = join(kept, 'data');
  await (await startPostgres({ dir: kept })).stop();
  expect(statSync(data).uid).not.toBe(0);
  expect(statSync(join(data, 'superuser-password'))).toMatchObject({ uid: statSync(data).uid, mode: 0o100600 });
});

test('when two servers start at once on the same data, then one runs and the other says that it is in use', async () => {
  const results = await Promise.allSettled([startPostgres({ dir: kept }), startPostgres({ dir: kept })]);
  const started = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  const refused = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
  try {
    expect(refused).toEqual([
      new PostgresError(`PostgreSQL's data directory ${kept} is in use by another running server.`),
    ]);
    expect(await query(started[0]?.adminUrl() ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  } finally {
    for (const postgres of started) await postgres.stop();
  }
});

test('when the directory for data that is removed at the end is not empty, then it is left alone', async () => {
  const dir = directory('not-empty');
  writeFileSync(join(dir, 'letter'), '');
  await expect(startPostgres({ dir, ephemeral: true })).rejects.toThrow(PostgresError);
  expect(readdirSync(dir)).toEqual(['letter']);
});
