import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { errorCode, explainOutput, PostgresError } from './errors.ts';
import { isRunning } from './processes.ts';
import { run } from './run.ts';

/** The major version of the binaries, and so of the data that they can read. */
const majorVersion = '18';

export const superuser = 'postgres';

/** Longer than initdb takes, however slow the disk. */
const initdbTimeMs = 10 * 60_000;

/**
 * The database cluster in a directory of ours:
 *
 *     <dir>/data              PostgreSQL's data directory, complete or not there
 *     <dir>/initdb-<pid>-…    one that is being made
 */
export interface Cluster {
  dir: string;
  dataDir: string;
  /** Whom the server runs as, and who owns the data; undefined is ourselves. */
  account: Account | undefined;
  /** Nothing of it is meant to outlive the server. */
  ephemeral: boolean;
}

/** Makes the cluster unless it is there; refuses one that these binaries cannot read. */
export async function ensureCluster(cluster: Cluster, binaries: Binaries): Promise<void> {
  removeUnfinished(cluster.dir);
  if (!existsSync(cluster.dataDir)) await createCluster(cluster, binaries);
  checkVersion(cluster);
}

/** The superuser's password, which was made with the cluster. */
export function superuserPassword({ dataDir }: Cluster): string {
  return readFileSync(passwordFile(dataDir), 'utf8');
}

/**
 * How to name the data directory to a program that is started in it. An unprivileged account cannot resolve a path
 * below a closed directory such as /root, but Linux lets a process into its own current directory by this link.
 */
export function dataDirArgument({ dataDir, account }: Cluster): string {
  return account !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : dataDir;
}

/** Works beside the place and renames, so that an initdb which was cut off is never taken for complete. */
async function createCluster(cluster: Cluster, { initdb }: Binaries): Promise<void> {
  const { dir, dataDir, account } = cluster;
  const unfinished = { ...cluster, dataDir: mkdtempSync(join(dir, `initdb-${process.pid}-`)) };
  try {
    if (account !== undefined) chownSync(unfinished.dataDir, account.uid, account.gid);
    const password = randomBytes(24).toString('base64url');
    await runInitdb(unfinished, initdb, password);
    writePassword(unfinished, password);
    renameSync(unfinished.dataDir, dataDir);
  } catch (error) {
    // Another start was quicker: its cluster is as good.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished.dataDir, { recursive: true, force: true });
  }
}

async function runInitdb(cluster: Cluster, initdb: string, password: string): Promise<void> {
  const args = ['-D', dataDirArgument(cluster), '-U', superuser, '--auth=scram-sha-256', '--no-instructions'];
  args.push('--encoding=UTF8', '--locale=C.UTF-8', ...(cluster.ephemeral ? ['--no-sync'] : []));
  // initdb opens the password's file itself. A pipe that is made by the server's account can be opened by it, so the
  // password need not be written anywhere.
  const pipePassword = 'cat | "$@" --pwfile=/dev/stdin';
  const { status, stdout, stderr } = await run('/bin/sh', ['-c', pipePassword, 'sh', initdb, ...args], {
    account: cluster.account,
    cwd: cluster.dataDir,
    input: `${password}\n`,
  });
  if (status !== 0) throw explainOutput(stdout + stderr, cluster);
}

function writePassword({ dataDir, account }: Cluster, password: string): void {
  const file = passwordFile(dataDir);
  writeFileSync(file, password, { mode: 0o600 });
  if (account !== undefined) chownSync(file, account.uid, account.gid);
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'superuser-password');
}

function checkVersion({ dir, dataDir }: Cluster): void {
  const version = versionOf(dataDir);
  if (version === majorVersion) return;
  throw new PostgresError(
    `The data in ${dir} was made by PostgreSQL ${version}, which PostgreSQL ${majorVersion} cannot read.`,
  );
}

function versionOf(dataDir: string): string {
  try {
    return readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new PostgresError(`${dataDir} does not hold PostgreSQL's data.`);
    throw error;
  }
}

/** Removes what a start left that was cut off, if it can; else the next start tries again. */
function removeUnfinished(dir: string): void {
  for (const name of readdirSync(dir)) {
    const maker = /^initdb-(\d+)-/.exec(name)?.[1];
    if (maker === undefined || isAtWork(join(dir, name), Number(maker))) continue;
    try {
      rmSync(join(dir, name), { recursive: true, force: true });
    } catch {
      // Its initdb is still running, and ends by itself.
    }
  }
}

/** In a container another process, even we, soon gets the number of one that was killed: age tells, too. */
function isAtWork(unfinished: string, maker: number): boolean {
  return isRunning(maker) && Date.now() - statSync(unfinished).mtimeMs < initdbTimeMs;
}
