import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ensureCluster, superuserPassword } from '../src/cluster.ts';
import { temporaryDirectories } from './support.ts';

const directory = temporaryDirectories();

/** A program that does as initdb does, as far as it matters here, and writes down the password that it was given. */
function fakeInitdb(): string {
  const program = join(directory('fake'), 'initdb');
  const script = `#!/bin/sh
    for argument; do case $argument in --pwfile=*) cat "\${argument#--pwfile=}" >given-password;; esac; done
    sleep 0.1
    echo 18 >PG_VERSION`;
  writeFileSync(program, script, { mode: 0o755 });
  return program;
}

const binaries = { initdb: fakeInitdb(), postgres: 'not used' };

test('when the data is made by several at once, then all have the same, with its own password', async () => {
  const dir = directory('at-once');
  const cluster = { dir, dataDir: join(dir, 'data'), account: undefined, ephemeral: false };
  await Promise.all([1, 2, 3].map(() => ensureCluster(cluster, binaries)));
  expect(readdirSync(dir)).toEqual(['data']);
  expect(readFileSync(join(dir, 'data', 'given-password'), 'utf8')).toBe(`${superuserPassword(cluster)}\n`);
});

test('when initdb fails, then nothing of it remains, and the error says what it said', async () => {
  const dir = directory('fails');
  const initdb = join(directory('failing'), 'initdb');
  writeFileSync(initdb, '#!/bin/sh\ntouch half-done\necho "initdb: error: it rains" >&2\nexit 1\n', { mode: 0o755 });
  const cluster = { dir, dataDir: join(dir, 'data'), account: undefined, ephemeral: false };
  await expect(ensureCluster(cluster, { ...binaries, initdb })).rejects.toThrow(
    `PostgreSQL could not start in ${dir}: it rains`,
  );
  expect(readdirSync(dir)).toEqual([]);
});

test('when an initdb of another process is still at work, then it is left alone, but not for ever', async () => {
  const dir = directory('at-work');
  const working = `initdb-${process.ppid}-abcdef`;
  mkdirSync(join(dir, working));
  const old = join(dir, `initdb-${process.ppid}-older`);
  mkdirSync(old);
  utimesSync(old, 0, 0);
  await ensureCluster({ dir, dataDir: join(dir, 'data'), account: undefined, ephemeral: false }, binaries);
  expect(readdirSync(dir)).toEqual(['data', working]);
});
