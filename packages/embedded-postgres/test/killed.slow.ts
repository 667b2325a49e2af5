import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PostgresError, startPostgres } from '../src/index.ts';
import { exists, isRunning, serverProcesses } from '../src/processes.ts';
import {
  holdElsewhere,
  isRoot,
  postmasterOf,
  query,
  temporaryDirectories,
  until,
  untilKilled,
  untilReady,
} from './support.ts';

const directory = temporaryDirectories();
const kept = directory('kept');
const data = join(kept, 'data');

test('when the process that started the server is killed, then the server ends', async () => {
  const holder = holdElsewhere(kept);
  await untilReady(holder);
  expect(serverProcesses(data)).not.toEqual([]);
  await untilKilled(holder);
  await until(() => serverProcesses(data).length === 0);
});

test('when the server of a killed process is slow to end, then the next start waits for it', async () => {
  const holder = holdElsewhere(kept);
  await untilReady(holder);
  const postmaster = postmasterOf(data);
  process.kill(postmaster, 'SIGSTOP');
  await untilKilled(holder);
  setTimeout(() => process.kill(postmaster, 'SIGCONT'), 300);

  const postgres = await startPostgres({ dir: kept });
  expect(await query(postgres.adminUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await postgres.stop();
});

test('when the server is killed, then that is told, and the next start has the data', async () => {
  const postgres = await startPostgres({ dir: kept });
  await query(postgres.adminUrl(), 'CREATE TABLE note AS SELECT 42 AS answer');
  process.kill(postmasterOf(data), 'SIGKILL');
  expect(await postgres.ended).toEqual(new PostgresError(`PostgreSQL in ${kept} has ended: it was killed.`));
  await postgres.stop();

  const next = await startPostgres({ dir: kept });
  expect(await query(next.adminUrl(), 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
  await next.stop();
  expect(await Promise.race([next.ended, Promise.resolve('not told')])).toBe('not told');
});

test('when the process that started an ephemeral server is killed, then neither server nor data remain', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kontakt-ephemeral-'));
  const holder = holdElsewhere(dir, 'ephemeral');
  await untilReady(holder);
  await untilKilled(holder);

  await until(() => serverProcesses(join(dir, 'data')).length === 0);
  await until(() => !existsSync(dir));
});

test('when initdb is cut off, then the next start makes the data anew and clears up', async () => {
  const dir = directory('cut-off');
  const holder = holdElsewhere(dir);
  const unfinished = (): string | undefined => readdirSync(dir).find((name) => name.startsWith('initdb-'));
  await until(() => {
    const name = unfinished();
    return name !== undefined && existsSync(join(dir, name, 'PG_VERSION'));
  });
  await untilKilled(holder);
  expect(readdirSync(dir)).toEqual([unfinished()]);

  const postgres = await startPostgres({ dir });
  expect(await query(postgres.adminUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await postgres.stop();

  await (await startPostgres({ dir })).stop();
  expect(readdirSync(dir)).toEqual(['data']);
});

test('when the lock file that was left names a stranger or a zombie, then the start is not held up', async () => {
  await (await startPostgres({ dir: kept })).stop();

  // The sleeper replaces the shell, and does not wait for the shell's child, which so stays as a zombie. Both belong to
  // the server's account: PostgreSQL takes nobody else's process for a predecessor.
  const { uid, gid } = statSync(data);
  const sleeper = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(isRoot && { uid, gid }),
  });
  const zombie = await new Promise<number>((resolve) => {
    sleeper.stdout.once('data', (text: Buffer) => {
      resolve(Number(text));
    });
  });
  try {
    await until(() => !isRunning(zombie));
    expect(exists(zombie)).toBe(true);
    for (const pid of [sleeper.pid, zombie]) {
      writeFileSync(join(data, 'postmaster.pid'), `${pid ?? 0}\n`);
      await (await startPostgres({ dir: kept })).stop();
    }
  } finally {
    sleeper.kill();
  }
});
