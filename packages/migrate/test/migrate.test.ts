import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { migrate, MigrationError } from '../src/index.ts';
import { addMigration, newDatabase, query, schemaWith } from './support.ts';

const withFunction = `
  CREATE TABLE note (text text);
  CREATE FUNCTION trimmed() RETURNS trigger AS $$ BEGIN NEW.text := trim(NEW.text); RETURN NEW; END; $$ LANGUAGE plpgsql;
  CREATE TRIGGER trimmed BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION trimmed();
  INSERT INTO note VALUES ('  one;  ');`;

test('when a database is migrated, then only what it does not have yet is applied, in order', async () => {
  const databaseUrl = await newDatabase();
  const schema = schemaWith({ '1_init': withFunction });
  expect(await migrate({ databaseUrl, schema })).toEqual(['1_init']);
  expect(await query(databaseUrl, 'SELECT * FROM note')).toEqual([{ text: 'one;' }]);
  expect(await migrate({ databaseUrl, schema })).toEqual([]);

  addMigration(schema, '3_third', 'ALTER TABLE note RENAME second TO third');
  addMigration(schema, '2_second', 'ALTER TABLE note RENAME text TO second');
  expect(await migrate({ databaseUrl, schema })).toEqual(['2_second', '3_third']);
  expect(await query(databaseUrl, 'SELECT * FROM note')).toEqual([{ third: 'one;' }]);
});

test("when a migration is applied, then it is noted as Prisma's own tools note it", async () => {
  const databaseUrl = await newDatabase();
  await migrate({ databaseUrl, schema: schemaWith({ '1_init': withFunction }) });
  expect(
    await query(
      databaseUrl,
      `SELECT migration_name, checksum, applied_steps_count, logs, rolled_back_at, finished_at >= started_at AS finished
       FROM _prisma_migrations`,
    ),
  ).toEqual([
    {
      migration_name: '1_init',
      checksum: createHash('sha256').update(withFunction).digest('hex'),
      applied_steps_count: 1,
      logs: null,
      rolled_back_at: null,
      finished: true,
    },
  ]);
});

test('when a migration fails, then the error says which and why, nothing of it remains, and nothing follows', async () => {
  const databaseUrl = await newDatabase();
  const schema = schemaWith({
    '1_good': 'CREATE TABLE good ()',
    '2_bad': 'CREATE TABLE bad ();\nDROP TABLE missing;',
    '3_next': 'CREATE TABLE next ()',
  });
  await expect(migrate({ databaseUrl, schema })).rejects.toThrow(
    'Migration 2_bad failed: table "missing" does not exist.',
  );
  await expect(migrate({ databaseUrl, schema })).rejects.toThrow(
    'Migration 2_bad failed in an earlier run, and nothing is applied until that is resolved (prisma migrate resolve).',
  );
  const tables = "SELECT relname FROM pg_class WHERE relname IN ('good', 'bad', 'next')";
  expect(await query(databaseUrl, tables)).toEqual([{ relname: 'good' }]);
  const noted = 'SELECT finished_at, logs FROM _prisma_migrations ORDER BY started_at';
  expect((await query(databaseUrl, noted))[1]).toEqual({
    finished_at: null,
    logs: expect.stringContaining('No such table: missing'),
  });
});

test('when the connection breaks during a migration, then the error says so', async () => {
  const databaseUrl = await newDatabase();
  const schema = schemaWith({ '1_slow': 'SELECT pg_sleep(20)' });
  const proxy = createServer((client) => {
    const server = connect(Number(new URL(databaseUrl).port), '127.0.0.1');
    server.on('error', () => undefined).pipe(client);
    client.on('error', () => undefined).pipe(server);
    client.on('data', (sent) => {
      if (sent.includes('pg_sleep')) client.destroy();
    });
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const address = proxy.address();
  const throughProxy = Object.assign(new URL(databaseUrl), { port: typeof address === 'object' && address?.port }).href;
  await expect(migrate({ databaseUrl: throughProxy, schema })).rejects.toThrow(
    'Migration 1_slow failed: Connection terminated unexpectedly.',
  );
  proxy.close();
});

test('when PostgreSQL names the place of the error, then the message names the line', async () => {
  const schema = schemaWith({ '1_bad': 'CREATE TABLE bad ();\n\nSELECT * FROM missing;' });
  await expect(migrate({ databaseUrl: await newDatabase(), schema })).rejects.toThrow(
    'Migration 1_bad failed: relation "missing" does not exist (line 3).',
  );
});

test('when the same database is migrated at once, then one waits for the other and finds all done', async () => {
  const databaseUrl = await newDatabase();
  const schema = schemaWith({ '1_slow': 'SELECT pg_sleep(0.4); CREATE TABLE note ()', '2_more': 'DROP TABLE note' });
  const results = await Promise.all([1, 2, 3].map(() => migrate({ databaseUrl, schema })));
  expect(results.toSorted((a, b) => a.length - b.length)).toEqual([[], [], ['1_slow', '2_more']]);
});

test('when different databases are migrated at once, then each gets its own', async () => {
  const names = ['1_a', '1_b', '1_c'];
  const migrated = names.map(async (name) =>
    migrate({ databaseUrl: await newDatabase(), schema: schemaWith({ [name]: withFunction }) }),
  );
  expect(await Promise.all(migrated)).toEqual(names.map((name) => [name]));
});

test('when the database or the migrations are not to be had, then the error is one sentence about that', async () => {
  const databaseUrl = await newDatabase();
  const schema = schemaWith({});
  const at = (changes: Partial<URL>): string => Object.assign(new URL(databaseUrl), changes).href;

  const refused: [url: string, sentence: RegExp][] = [
    ['mysql://localhost/kontakt', /^DATABASE_URL is not the URL of a PostgreSQL database/],
    [at({ port: '1' }), /^Cannot connect to the database \S+ at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\.$/],
    [at({ password: 'x' }), /^Cannot connect to .*: password authentication failed for user "\S+"\.$/],
    [at({ pathname: 'postgres' }), /^Cannot connect to .*: permission denied for database "postgres"\.$/],
  ];
  for (const [url, sentence] of refused) {
    const error: unknown = await migrate({ databaseUrl: url, schema }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MigrationError);
    expect(String(error).replace('MigrationError: ', '')).toMatch(sentence);
  }

  rmSync(dirname(schema), { recursive: true });
  await expect(migrate({ databaseUrl, schema })).rejects.toThrow('There is no folder of migrations');
});

const main = join(import.meta.dirname, '..', 'src', 'main.ts');

function run(args: string[], env: Record<string, string>): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('when run as a program, then it says what it applied, and the next time that there is nothing to do', async () => {
  const env = { DATABASE_URL: await newDatabase() };
  const schema = schemaWith({ '1_init': 'CREATE TABLE note ()', '2_more': 'DROP TABLE note' });
  const start = Date.now();
  expect(run([schema], env)).toEqual({ status: 0, stdout: 'applied 1_init\napplied 2_more\n', stderr: '' });
  expect(run([schema], env)).toEqual({ status: 0, stdout: 'already up to date\n', stderr: '' });
  // The engine's timer of 10 s does not keep the process.
  expect(Date.now() - start).toBeLessThan(9_000);
});

test('when it cannot do its work, then it says why in one sentence and fails', async () => {
  const schema = schemaWith({ '1_bad': 'DROP TABLE missing' });
  const failing = (args: string[], env: Record<string, string>, stderr: string): void => {
    expect(run(args, env)).toEqual({ status: 1, stdout: '', stderr });
  };
  failing([schema], {}, 'DATABASE_URL is not set.\n');
  failing([], { DATABASE_URL: 'postgresql://localhost/kontakt' }, 'Name the path of schema.prisma as the argument.\n');
  failing([schema], { DATABASE_URL: await newDatabase() }, 'Migration 1_bad failed: table "missing" does not exist.\n');
});
