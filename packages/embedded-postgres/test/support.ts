import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
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

/** A disk of 50 MB, and how to make it larger; undefined where we may not mount one. */
export function smallDisk(): { dir: string; enlarge: () => void } | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'kontakt-small-disk-'));
  const mount = (size: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', dir]).status === 0;
  const isMounted = mount('size=50m');
  afterAll(() => {
    if (isMounted) spawnSync('umount', [dir]);
    rmSync(dir, { recursive: true, force: true });
  });
  return isMounted ? { dir, enlarge: () => mount('remount,size=200m') } : undefined;
}

/** The process to which a server's other processes belong. */
export function postmasterOf(data: string): number {
  return Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
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

/** @returns the server's URL for its superuser. */
export function untilReady(holder: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    holder.stdout?.once('data', (url: Buffer) => {
      resolve(url.toString());
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
