import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runPrograms } from './run-programs.ts';

const { run, start, postgresProcess, dir } = runPrograms();

describe('npm start', () => {
  test('when SIGTERM comes, then it stops everything and exits 0', async () => {
    const { child, exit, output } = await start();
    expect(output()).toMatch(/^Authentication is off \(AUTH=off\)/m);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(postgresProcess()).toBeNull();
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
    [
      'gateway/src/main.ts',
      {},
      ['INTERNAL_TOKEN', 'CONTACT_REPOSITORY_URL', 'CONTACT_EDIT_URL', 'MULTI_CHAPTER_MEMBERSHIP_URL'],
    ],
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
