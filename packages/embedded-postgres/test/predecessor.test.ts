import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import * as processes from '../src/processes.ts';
import { temporaryDirectories } from './support.ts';

const directory = temporaryDirectories();

/** A live process that is no server: what a lock may name that was left, too. */
const stranger = String(process.pid);
let whileLooking: () => void = () => undefined;
jest.unstable_mockModule('../src/processes.ts', () => ({
  ...processes,
  serverProcesses: () => {
    whileLooking();
    return [];
  },
}));
const { waitForPredecessor } = await import('../src/predecessor.ts');

function lockIn(name: string) {
  const dir = directory(name);
  const dataDir = directory(join(name, 'data'));
  const lock = join(dataDir, 'postmaster.pid');
  return { lock, wait: () => waitForPredecessor({ dir, dataDir, account: undefined, ephemeral: false }) };
}

test('when a lock was left that names a process that is no server, then it is removed', async () => {
  const { lock, wait } = lockIn('left');
  writeFileSync(lock, stranger);
  await wait();
  expect(existsSync(lock)).toBe(false);
});

test('when another server takes the data while its predecessor is looked for, then its lock stays', async () => {
  const { lock, wait } = lockIn('taken');
  whileLooking = () => {
    writeFileSync(lock, stranger);
  };
  await wait();
  expect(readFileSync(lock, 'utf8')).toBe(stranger);
});
