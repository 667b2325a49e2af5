import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ensureDatabase, startPostgres } from '../src/index.ts';
import { serverProcesses } from '../src/processes.ts';
import { holdElsewhere, query, smallDisk, until, untilKilled, untilReady } from './support.ts';

const disk = smallDisk();
if (disk === undefined)
  // The summary of the run repeats what such a name says.
  test('NOT RUN: 1 test of the embedded PostgreSQL that needs a small disk, which only root may mount', () => {
    expect(disk).toBeUndefined();
  });
else
  test('when the disk is full, then the server of a killed process ends, and starts when there is space', async () => {
    const { dir, enlarge } = disk;
    const holder = holdElsewhere(dir);
    const url = await untilReady(holder);
    await query(url, 'CREATE TABLE note AS SELECT 42 AS answer');
    await expect(makeDatabases(url)).rejects.toThrow('No space left on device');
    await untilKilled(holder);
    await until(() => serverProcesses(join(dir, 'data')).length === 0);

    enlarge();
    const postgres = await startPostgres({ dir });
    expect(await query(postgres.adminUrl(), 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
    await postgres.stop();
  });

async function makeDatabases(url: string): Promise<void> {
  for (const name of ['one', 'two', 'three', 'four']) await ensureDatabase(url, { database: name, user: name });
}
