import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { unprivilegedAccount } from '../src/account.ts';
import { installedIn } from '../src/binaries.ts';
import { explainEnd, explainFileError, explainOutput } from '../src/errors.ts';
import { PostgresError, startPostgres } from '../src/index.ts';
import { isRoot, temporaryDirectories } from './support.ts';

const directory = temporaryDirectories();

test('when the data was made by another major version, then the start says so', async () => {
  const dir = directory('old');
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data', 'PG_VERSION'), '17\n');
  await expect(startPostgres({ dir })).rejects.toThrow(
    new PostgresError(`The data in ${dir} was made by PostgreSQL 17, which PostgreSQL 18 cannot read.`),
  );
});

test('when something else is in the place of the data, then the start says so', async () => {
  const dir = directory('else');
  mkdirSync(join(dir, 'data'));
  await expect(startPostgres({ dir })).rejects.toThrow(
    new PostgresError(`${dir}/data does not hold PostgreSQL's data.`),
  );
});

test('when the data directory cannot be made, then the start says so', async () => {
  // Nobody may create in /sys; a directory that is closed to its owner does not stop root.
  const parent = isRoot ? '/sys' : directory('closed');
  if (!isRoot) chmodSync(parent, 0o500);
  await expect(startPostgres({ dir: join(parent, 'kontakt') })).rejects.toThrow(
    /^PostgreSQL's data directory \S+ cannot be made \((EACCES|EPERM|EROFS|ENOENT)\)\.$/,
  );

  const file = join(directory('has-file'), 'file');
  writeFileSync(file, '');
  await expect(startPostgres({ dir: file })).rejects.toThrow(
    new PostgresError(`PostgreSQL's data directory ${file} cannot be made (EEXIST).`),
  );
});

test('when the system denies that the directory above exists, then the start says so', async () => {
  const dir = existsSync('/proc') ? '/proc/x/y' : '/dev/fd/x/y';
  await expect(startPostgres({ dir })).rejects.toThrow(/^PostgreSQL's data directory \S+ cannot be made \([A-Z]+\)\.$/);
});

test('when there are no binaries for the platform, then the error names it', () => {
  expect(() => installedIn('plan9-mips')).toThrow(
    new PostgresError('There are no PostgreSQL binaries for this platform (plan9-mips).'),
  );
});

test('when root has no unprivileged user to run the server as, then the error names those that would do', () => {
  expect(() => unprivilegedAccount(['no-such-user', 'nor-this'])).toThrow(
    new PostgresError(
      'PostgreSQL does not run as root, and there is no unprivileged user (no-such-user, nor-this) to run it as.',
    ),
  );
});

const outputs: [what: string, output: string, sentence: string][] = [
  [
    'the disk is full',
    'initdb: error: could not write to file "pg_wal/xlogtemp.12": No space left on device',
    "There is no disk space left for PostgreSQL's data directory /data.",
  ],
  [
    'shared memory is used up',
    'FATAL:  could not resize shared memory segment "/PostgreSQL.1" to 1048576 bytes: No space left on device',
    'There is not enough shared memory (/dev/shm) to run PostgreSQL.',
  ],
  [
    'a server that was started at the same time was quicker',
    'FATAL:  lock file "postmaster.pid" already exists\nHINT:  Is another postmaster running?',
    "PostgreSQL's data directory /data is in use by another running server.",
  ],
  [
    'anything else is wrong',
    '2026-01-01 00:00:00.000 UTC [7] FATAL:  invalid value for parameter "work_mem": "x"\n2026-01-01 LOG:  database system is shut down\n',
    'PostgreSQL could not start in /data: invalid value for parameter "work_mem": "x"',
  ],
];

test.each(outputs)('when %s, then the error is one sentence about that', (_, output, sentence) => {
  expect(explainOutput(output, { dir: '/data', port: 1 })).toEqual(new PostgresError(sentence));
});

test('when Node finds the disk full, then the error is the same sentence', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, mkdir'), { code: 'ENOSPC' });
  expect(explainFileError(error, '/data')).toEqual(
    new PostgresError("There is no disk space left for PostgreSQL's data directory /data."),
  );
});

test('when a server ends by itself, then the error is what it said about that', () => {
  const output =
    '1 FATAL:  x\n2 PANIC:  could not write to file "a": No space left on device\n3 LOG:  database system is shut down\n';
  expect(explainEnd(output, '/data')).toEqual(
    new PostgresError('PostgreSQL in /data has ended: could not write to file "a": No space left on device'),
  );
});
