import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from '@jest/globals';
import { Client, type QueryResultRow } from 'pg';

export const isRoot = process.getuid?.() === 0;

/** Directories that are removed after the tests of a file. They lie below one that is closed to all other users. */
export function temporaryDirectories(): (name: string) => string {
  const closed = realpathSync(mkdtempSync(join(tmpdir(), 'kontakt-embedded-postgres-')));
  afterAll(() => {
    rmSync(closed, { recursive: true, force: true });
  });
  return (name) => {
    const directory = join(closed, name);
    mkdirSync(directory);
    return directory;
  };
}

export async function query<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts a server on the data from another process, which then holds it. */
export function holdElsewhere(dir: string, ...options: 'ephemeral'[]): ChildProcess {
  const script = join(import.meta.dirname, 'hold.ts');
  const nodeOptions = ['--disable-warning=ExperimentalWarning', script, dir, ...options];
  return spawn(process.execPath, nodeOptions, { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
}

export function untilReady(holder: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    holder.stdout?.once('data', () => {
      resolve();
    });
    holder.once('exit', (code) => {
      reject(new Error(`the holder ended early (${String(code)})`));
    });
  });
}

export function untilKilled(holder: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    holder.once('exit', () => {
      resolve();
    });
    holder.kill('SIGKILL');
  });
}

export async function until(condition: () => boolean): Promise<void> {
  for (const start = Date.now(); !condition();) {
    if (Date.now() - start > 10_000) throw new Error('it did not happen within 10 s');
    await sleep(5);
  }
}
