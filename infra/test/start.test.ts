import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startPostgres } from '@kontakt/embedded-postgres';
import { createClient, waitFor } from '@kontakt/testing';
import { Client } from 'pg';

const root = join(import.meta.dirname, '../..');
const contacts = '/api/v1/contacts';

let dir: string;
const children: ChildProcess[] = [];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kontakt-start-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Runs a program of the house with nothing but the given settings in its environment. */
function run(program: string, settings: Record<string, string>) {
  const child = spawn(process.execPath, [join(root, program)], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, exit, output: () => output };
}

/** `npm start`, without npm, on a free port. */
async function start(settings: Record<string, string> = {}) {
  const running = run('infra/local/start.ts', { PORT: '0', DATA_DIR: dir, ...settings });
  const url = await waitFor(() => /Kontakt is ready at (\S+)/.exec(running.output())?.[1], { timeoutMs: 30_000 });
  return { ...running, url, api: createClient(url) };
}

/** The process of the embedded PostgreSQL, while it runs. */
function postgresProcess(dataDir = dir): number | null {
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

/** Leaves data in which no database can be made: the one that new ones are copied from is marked as half removed. */
async function breakTemplate(postgresDir: string): Promise<void> {
  const postgres = await startPostgres({ dir: postgresDir });
  const client = new Client({ connectionString: postgres.adminUrl() });
  await client.connect();
  await client.query("UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'template1'");
  await client.end();
  await postgres.stop();
}

describe('npm start', () => {
  test('when it is killed, then nothing is left behind, and the next start has the same data', async () => {
    const first = await start();
    const body = { full_name: 'Ada Varig', email: 'ada@example.no', role: 'member', org_id: 'org_test' };
    const { id } = (await first.api.post(contacts, body)).body;
    expect((await first.api.get('/readyz')).status).toBe(200);
    expect(postgresProcess()).not.toBeNull();
    first.child.kill('SIGKILL');
    await first.exit;

    const second = await start();
    expect((await second.api.get(`${contacts}/${id}`)).body).toMatchObject({ full_name: 'Ada Varig' });
    expect((await second.api.get(contacts)).body.pagination.total).toBe(155);
    second.child.kill('SIGKILL');
    await second.exit;
    await waitFor(() => postgresProcess() === null, { timeoutMs: 10_000 });
  });

  test('when its PostgreSQL is killed, then it says so and exits 1, and the next start has the data', async () => {
    const { exit, output } = await start();
    const pid = postgresProcess();
    if (pid === null) throw new Error('no PostgreSQL');
    process.kill(pid, 'SIGKILL');
    expect(await exit).toBe(1);
    expect(output()).toMatch(/Kontakt stops\. PostgreSQL in .+ has ended/);
    const { api } = await start();
    expect((await api.get(contacts)).body.pagination.total).toBeGreaterThan(100);
  });

  test('when SIGTERM comes, then it stops everything and exits 0', async () => {
    const { child, exit } = await start();
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(postgresProcess()).toBeNull();
  });

  test('when Ctrl-C comes while it starts, then it stops as well', async () => {
    const { child, exit, output } = run('infra/local/start.ts', { PORT: '0', DATA_DIR: dir });
    await waitFor(() => output().includes('Opening the databases'));
    child.kill('SIGINT');
    expect(await exit).toBe(0);
    expect(postgresProcess()).toBeNull();
  });

  test('when the data are in use by another start, then it says so and leaves the other alone', async () => {
    const first = await start();
    const second = run('infra/local/start.ts', { PORT: '0', DATA_DIR: dir });
    expect(await second.exit).toBe(1);
    expect(second.output()).toMatch(/cannot start\. The data in .+ is in use by another start/);
    expect((await first.api.get('/readyz')).status).toBe(200);
  });

  test('when DEMO_DATA is off, then the stores begin empty', async () => {
    const { api } = await start({ DEMO_DATA: 'off', DATA_DIR: mkdtempSync(join(dir, 'empty-')) });
    expect((await api.get(contacts)).body.pagination.total).toBe(0);
  });
});

describe('what cannot start says why, in one sentence, and exits 1', () => {
  test('when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exit, output } = run('infra/local/start.ts', { PORT: String(port), DATA_DIR: dir });
    expect(await exit).toBe(1);
    expect(output()).toBe(`Kontakt cannot start. Port ${port} is taken by another program; PORT names another.\n`);
    other.close();
  });

  test('when the data directory cannot be made', async () => {
    const file = join(dir, 'a-file');
    writeFileSync(file, '');
    const { exit, output } = run('infra/local/start.ts', { PORT: '0', DATA_DIR: join(file, 'data') });
    expect(await exit).toBe(1);
    expect(output()).toMatch(/The data directory .+ cannot be used/);
    expect(output()).not.toContain(' at ');
  });

  test('when the system denies that the directory above the data exists', async () => {
    const above = existsSync('/proc') ? '/proc' : '/dev/fd';
    const { exit, output } = run('infra/local/start.ts', { PORT: '0', DATA_DIR: join(above, 'x') });
    expect(await exit).toBe(1);
    expect(output()).toMatch(/cannot start\. The data directory .+ cannot be used: it cannot be made or written/);
  });

  test('when a database cannot be made, and then PostgreSQL has ended, too', async () => {
    const dataDir = mkdtempSync(join(dir, 'broken-'));
    await breakTemplate(join(dataDir, 'postgres'));
    const { exit, output } = run('infra/local/start.ts', { PORT: '0', DATA_DIR: dataDir });
    expect(await exit).toBe(1);
    expect(output()).toMatch(/cannot start\. The database says: cannot use invalid database/);
    expect(postgresProcess(dataDir)).toBeNull();
  });

  test.each([
    [
      'infra/local/start.ts',
      { PORT: '99999', DEMO_DATA: 'maybe', LOG_LEVEL: 'loud' },
      ['PORT', 'LOG_LEVEL', 'DEMO_DATA'],
    ],
    ['services/contact-repository/src/main.ts', {}, ['DATABASE_URL', 'INTERNAL_TOKEN', 'AMQP_URL']],
    [
      'services/contact-edit/src/main.ts',
      { INTERNAL_TOKEN: 'short', CONTACT_REPOSITORY_URL: 'nowhere' },
      [
        'DATABASE_URL',
        'INTERNAL_TOKEN',
        'AMQP_URL',
        'DEFAULT_ORG_ID',
        'CONTACT_REPOSITORY_URL',
        'MULTI_CHAPTER_MEMBERSHIP_URL',
      ],
    ],
    [
      'services/multi-chapter-membership/src/main.ts',
      { DATABASE_URL: 'mysql://x' },
      ['DATABASE_URL', 'INTERNAL_TOKEN', 'AMQP_URL'],
    ],
    ['gateway/src/main.ts', {}, ['CONTACT_REPOSITORY_URL', 'CONTACT_EDIT_URL', 'MULTI_CHAPTER_MEMBERSHIP_URL']],
  ])('when settings of %s are missing or wrong', async (program, settings, named) => {
    const { exit, output } = run(program, settings);
    expect(await exit).toBe(1);
    const lines = output().split('\n').slice(1, -1);
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(named);
  });

  test('when the database of a service is not there', async () => {
    const { exit, output } = run('services/contact-repository/src/main.ts', {
      PORT: '0',
      INTERNAL_TOKEN: 'a-token-only-for-tests',
      AMQP_URL: 'amqp://127.0.0.1:9',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing',
    });
    expect(await exit).toBe(1);
    expect(output()).toMatch(/The database cannot be reached/);
  });
});
