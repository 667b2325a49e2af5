import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from '@jest/globals';
import { createClient, waitFor } from '@kontakt/testing';

const root = join(import.meta.dirname, '../..');

/** Programs of the house for the tests of a file: they have a directory, and are killed at the end of each test. */
export function runPrograms() {
  const dir = mkdtempSync(join(tmpdir(), 'kontakt-start-'));
  const children: ChildProcess[] = [];
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
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
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

  return { run, start, postgresProcess, dir };
}
