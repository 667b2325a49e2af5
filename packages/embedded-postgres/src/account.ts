import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { PostgresError } from './errors.ts';

/** Whom the server runs as. The names are those of child_process's options. */
export interface Account {
  uid: number;
  gid: number;
}

const unprivilegedUsers = ['postgres', '_postgres', 'nobody'];

/**
 * Whom to run the server as: ourselves (undefined), or, as PostgreSQL refuses to run as root, an unprivileged account.
 * Data that exists decides by its owner: which users a machine has can change between two starts.
 */
export function serverAccount(dataDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return ownerOf(dataDir) ?? unprivilegedAccount(unprivilegedUsers);
}

function ownerOf(dataDir: string): Account | undefined {
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  return owner === undefined || owner.uid === 0 ? undefined : { uid: owner.uid, gid: owner.gid };
}

/** The first of these users that this machine has. */
export function unprivilegedAccount(users: readonly string[]): Account {
  for (const user of users) {
    const uid = id('-u', user);
    const gid = id('-g', user);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new PostgresError(
    `PostgreSQL does not run as root, and there is no unprivileged user (${users.join(', ')}) to run it as.`,
  );
}

/** Asks `id`, as users need not be in /etc/passwd. */
function id(what: '-u' | '-g', user: string): number | undefined {
  const { status, stdout } = spawnSync('id', [what, user], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}
