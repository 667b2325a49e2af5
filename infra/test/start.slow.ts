import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { startPostgres } from '@kontakt/embedded-postgres';
import { waitFor } from '@kontakt/testing';
import { Client } from 'pg';
import { runPrograms } from './run-programs.ts';

const contacts = '/api/v1/contacts';
const { run, start, postgresProcess, dir } = runPrograms();

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
});
