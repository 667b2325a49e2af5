import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from '@jest/globals';
import { freePort } from '@kontakt/embedded-postgres';
import { standIn } from './broker-tests.ts';
import { waitFor } from './wait-for.ts';

export type RedisTest = (name: string, run: (url: string) => Promise<void>) => void;

interface Redis {
  url: string;
  description: string;
  close: () => Promise<void>;
}

/** It ends with our end of the pipe, however we end. */
const untilPipeEnds = '"$@" & server=$!; read -r _; kill "$server"; wait "$server"';

/**
 * Declares the tests of a file that need a Redis: the one that TEST_REDIS_URL names, else one of our own from the
 * machine's `redis-server`. Where there is none, one test in their stead counts them for the summary.
 */
export async function testOnRedis(declare: (test: RedisTest) => void): Promise<void> {
  const redis = await startRedis(process.env);
  if ('missing' in redis) {
    const names: string[] = [];
    declare((name) => names.push(name));
    standIn(names, redis.missing);
    return;
  }
  describe(`on the Redis ${redis.description}`, () => {
    afterAll(() => redis.close());
    declare((name, run) => {
      test(name, () => run(redis.url));
    });
  });
}

/** It takes some 50 ms. */
export async function startRedis(env: NodeJS.ProcessEnv): Promise<Redis | { missing: string }> {
  const given = env.TEST_REDIS_URL;
  if (given !== undefined && given !== '')
    return { url: given, description: 'of TEST_REDIS_URL', close: () => Promise.resolve() };
  const { status, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8', env });
  if (status !== 0) return { missing: 'Redis: TEST_REDIS_URL is not set, and there is no redis-server in the PATH' };

  const dir = mkdtempSync(join(tmpdir(), 'kontakt-redis-'));
  const port = await freePort();
  const server = ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir];
  const child = spawn('/bin/sh', ['-c', untilPipeEnds, 'sh', ...server], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await waitFor(() => output.includes('Ready to accept connections'), { timeoutMs: 10_000 });
  return {
    url: `redis://127.0.0.1:${port}`,
    description: `${/v=(\S+)/.exec(stdout)?.[1] ?? ''}, local`,
    async close() {
      child.stdin.end();
      await ended;
      rmSync(dir, { recursive: true });
    },
  };
}
