import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startPostgres } from '../src/index.ts';
import { isRunning } from '../src/processes.ts';
import { holdElsewhere, postmasterOf, query, temporaryDirectories, untilKilled, untilReady } from './support.ts';

const dir = temporaryDirectories()('kept');

test('when the server of a killed process cannot end in an orderly way, then the next start ends it', async () => {
  const holder = holdElsewhere(dir);
  const url = await untilReady(holder);
  await query(url, 'CREATE TABLE note AS SELECT 42 AS answer');
  const postmaster = postmasterOf(join(dir, 'data'));
  const [checkpointer] = await query<{ pid: number }>(
    url,
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'",
  );
  if (checkpointer !== undefined) process.kill(checkpointer.pid, 'SIGSTOP');
  // Without its death watch nobody tells it to end.
  for (const pid of groupOf(postmaster)) if (pid !== postmaster) process.kill(pid, 'SIGKILL');
  await untilKilled(holder);
  expect(isRunning(postmaster)).toBe(true);

  const postgres = await startPostgres({ dir });
  expect(isRunning(postmaster)).toBe(false);
  expect(await query(postgres.adminUrl(), 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
  await postgres.stop();
});

/** A server's postmaster, and the shells of its death watch. */
function groupOf(postmaster: number): number[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pgid=,pid='], { encoding: 'utf8' });
  const all = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const group = all.find(([, pid]) => pid === postmaster)?.[0];
  return all.flatMap(([pgid, pid]) => (pgid === group && pid !== undefined ? [pid] : []));
}
