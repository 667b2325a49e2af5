import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { errorCode, PostgresError } from './errors.ts';

/** Only root writes here, so nobody else can put something in the copy's place beforehand. */
const cache = '/var/cache/kontakt';

/**
 * Root's copy of a directory in a place that every user can reach: a checkout below a closed directory, such as /root,
 * cannot be reached by the account that the server runs as. The copy stays for the next start.
 */
export function copyForOthers(source: string, name: string, parent = cache): string {
  const copy = join(parent, name);
  try {
    mkdirSync(parent, { recursive: true });
    assertOnlyOursToWrite(parent);
    chmodSync(parent, 0o755);
    if (lstatSync(copy, { throwIfNoEntry: false }) === undefined) putInPlace(source, copy);
    assertOnlyOursToWrite(copy);
  } catch (error) {
    if (error instanceof PostgresError) throw error;
    throw new PostgresError(`The PostgreSQL binaries could not be copied to ${copy} (${String(error)}).`);
  }
  return copy;
}

/** Copies beside the place and renames, so that a copy which was cut off is never taken for complete. */
function putInPlace(source: string, copy: string): void {
  const unfinished = mkdtempSync(join(dirname(copy), 'unfinished-'));
  try {
    cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true });
    makeReadableForAll(unfinished);
    renameSync(unfinished, copy);
  } catch (error) {
    // Another start was quicker: its copy is as good.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** What is installed under a strict umask is closed to others, however open the directories above it are. */
function makeReadableForAll(directory: string): void {
  const { status, stderr } = spawnSync('chmod', ['-R', 'u+rwX,go+rX,go-w', directory], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
}

function assertOnlyOursToWrite(directory: string): void {
  const found = lstatSync(directory);
  const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  if (!ours)
    throw new PostgresError(
      `${directory} does not belong to us alone, so PostgreSQL binaries in it cannot be trusted; remove it.`,
    );
}
