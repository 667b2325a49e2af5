import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@kontakt/embedded-postgres';
import { readLocalConfig } from '../local/config.ts';
import type { Program } from './programs.ts';

/**
 * Directus is under the Business Source License, which allows to evaluate it: it is measured here and not shipped. From
 * 12 on its free edition reports home whatever its settings say.
 */
export const version = '11.17.4';

const startsWithinMs = 60_000;
const secret = () => randomBytes(24).toString('base64url');

/** Directus in front of a database whose `contacts` everybody may read. @throws Error when it cannot be had here. */
export async function startDirectus(databaseUrl: string): Promise<Program> {
  const dir = await install();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const token = secret();
  const env = { ...settings(url, databaseUrl), ADMIN_TOKEN: token };
  // Its other entry asks npm for updates first.
  const program = join(dir, 'node_modules/@directus/api/dist/cli/run.js');
  await run(process.execPath, [program, 'bootstrap'], { cwd: dir, env });

  const child = spawn(process.execPath, [program, 'start'], { cwd: dir, env, stdio: 'ignore' });
  const kill = () => child.kill();
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
    process.off('exit', kill);
  };
  try {
    await untilAnswering(url, () => (child.exitCode ?? child.signalCode) === null);
    await letEverybodyRead(url, token);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: child.pid ?? 0, stop };
}

/** Once, beside the bench's data: it is no dependency of the project. */
async function install(): Promise<string> {
  const dir = join(readLocalConfig().DATA_DIR, `bench/peers/directus-${version}`);
  // npm writes this file when all the others are there.
  if (existsSync(join(dir, 'node_modules/.package-lock.json'))) return dir;
  console.log(`  Installing Directus ${version}, which takes a minute or more`);
  mkdirSync(dir, { recursive: true });
  // The one it asks for has no binary for today's Node. With this one nothing has to be compiled, so no script need run.
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, overrides: { 'isolated-vm': '7.0.1' } }));
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', `directus@${version}`, '--prefix', dir, ...quietly], { cwd: dir });
  return dir;
}

/** @throws Error with the first line in which it tells of an error. */
async function run(command: string, args: string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<void> {
  try {
    await promisify(execFile)(command, args, options);
  } catch (error) {
    const [first = '', ...said] = String(error).split('\n');
    const line = said.find((text) => /error/i.test(text)) ?? first;
    throw new Error(line.replaceAll(options.cwd, ''), { cause: error });
  }
}

/** Without what would slow it down or refuse requests, and without answers from memory. */
function settings(url: string, databaseUrl: string): Record<string, string | undefined> {
  const { hostname, port } = new URL(url);
  return {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    HOST: hostname,
    PORT: port,
    PUBLIC_URL: url,
    DB_CLIENT: 'pg',
    DB_CONNECTION_STRING: databaseUrl,
    SECRET: secret(),
    ADMIN_EMAIL: 'bench@example.com',
    ADMIN_PASSWORD: secret(),
    QUERY_LIMIT_MAX: '100',
    ...Object.fromEntries(
      ['TELEMETRY', 'RATE_LIMITER_ENABLED', 'PRESSURE_LIMITER_ENABLED', 'CACHE_ENABLED'].map((name) => [name, 'false']),
    ),
    LOG_LEVEL: 'error',
  };
}

async function untilAnswering(url: string, isRunning: () => boolean): Promise<void> {
  const deadline = Date.now() + startsWithinMs;
  while (Date.now() < deadline && isRunning()) {
    const answer = await fetch(`${url}/server/ping`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(isRunning() ? 'It does not answer.' : 'It has ended at its start.');
}

/** Adds the right to read contacts to the policy of whoever says not who they are. */
async function letEverybodyRead(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ofNobody = 'fields=policy&filter[role][_null]=true&filter[user][_null]=true';
  const found = await fetch(`${url}/access?${ofNobody}`, { headers });
  const { data = [] } = (await found.json()) as { data?: { policy: string }[] };
  const permission = {
    policy: data[0]?.policy,
    collection: 'contacts',
    action: 'read',
    fields: ['*'],
    permissions: {},
  };
  const given = await fetch(`${url}/permissions`, { method: 'POST', headers, body: JSON.stringify(permission) });
  if (!given.ok) throw new Error(`It does not let everybody read contacts: ${given.status} ${await given.text()}`);
}
