import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { errorCode, inUse, PostgresError } from './errors.ts';
import { exists, isRunning, type ServerProcess, serverProcesses } from './processes.ts';

const pollMs = 20;
/**
 * A server whose starter was killed ends by itself (see death-watch.ts). One that has not after some time is ended
 * without a checkpoint, first by its own means: the next start recovers.
 */
const remedies: { afterMs: number; signal: NodeJS.Signals }[] = [
  { afterMs: 10_000, signal: 'SIGKILL' },
  { afterMs: 3_000, signal: 'SIGQUIT' },
];
const deadlineMs = 30_000;

/**
 * Waits until the server of a killed predecessor has left the data, so that a start right after `kill -9` succeeds.
 * A server whose starter lives is no orphan: then the data is in use.
 */
export async function waitForPredecessor({ dir, dataDir }: Cluster): Promise<void> {
  const start = Date.now();
  let left = lockedBy(dataDir);
  for (let found = serverProcesses(dataDir); found.length > 0; found = serverProcesses(dataDir)) {
    const postmaster = found.find(({ pid }) => pid === lockedBy(dataDir));
    if (postmaster !== undefined && !isOrphan(postmaster)) throw inUse(dir);

    const waitedMs = Date.now() - start;
    if (waitedMs > deadlineMs) throw staysRunning(dir);
    const remedy = remedies.find(({ afterMs }) => waitedMs > afterMs);
    if (postmaster !== undefined && remedy !== undefined) tell(postmaster, remedy.signal);
    await sleep(pollMs);
    left = lockedBy(dataDir);
  }
  removeStaleLock(dataDir, left);
}

function isOrphan({ starter }: ServerProcess): boolean {
  return starter !== undefined && !isRunning(starter);
}

function tell({ pid }: ServerProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error; // it has ended meanwhile
  }
}

function staysRunning(dir: string): PostgresError {
  return new PostgresError(`The PostgreSQL server of an earlier run does not leave its data directory ${dir}.`);
}

/**
 * PostgreSQL takes any process with the number in a left lock file for its predecessor, also a zombie, or a stranger
 * that got the number after a reboot. We know better by now: no server works on this data. A lock that was not there
 * before we looked is another's, who starts at the same time: two servers would destroy the data.
 * @param left whom the lock named before.
 */
function removeStaleLock(dataDir: string, left: number | undefined): void {
  if (left !== undefined && exists(left) && lockedBy(dataDir) === left) rmSync(lockFile(dataDir), { force: true });
}

function lockedBy(dataDir: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(lockFile(dataDir), 'utf8'), 10);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'postmaster.pid');
}
