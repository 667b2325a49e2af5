import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { MigrationError } from './errors.ts';

/** The advisory lock that Prisma's tools hold while they migrate a database. */
const prismaLock = 72_707_369;

const pollMs = 50;
const patienceMs = 5 * 60_000;

/**
 * Waits for other migrations of the same database. Prisma's engine, which takes the same lock (again: it is counted),
 * would wait for 10 s only. Asking again and again, instead of waiting within a statement, holds no snapshot: CREATE
 * INDEX CONCURRENTLY in the other migration would wait for the end of that.
 */
export async function lockForMigration(pool: Pool): Promise<void> {
  for (const start = Date.now(); !(await tryLock(pool));) {
    if (Date.now() - start > patienceMs)
      throw new MigrationError(`Another migration of this database has been running for ${patienceMs / 60_000} min.`);
    await sleep(pollMs);
  }
}

async function tryLock(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [prismaLock]);
  return rows[0]?.locked ?? false;
}
