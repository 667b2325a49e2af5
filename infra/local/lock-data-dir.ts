import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '@kontakt/service-kit';

/**
 * Lets one process at a time work on a data directory. The lock is a socket that somebody listens on: unlike a file
 * with a process id it is gone when its holder is, however it ended. It lies in the temporary directory because the
 * path of a socket may have only some 100 characters.
 * @returns what gives the lock back.
 * @throws StartError when the directory is in use or cannot be written.
 */
export async function lockDataDir(dir: string): Promise<() => Promise<void>> {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = code === 'ENOSPC' ? 'there is no disk space left' : `it cannot be made (${code})`;
    throw new StartError(`The data directory ${dir} cannot be used: ${reason}. DATA_DIR names another.`);
  }
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 16);
  const socket = join(tmpdir(), `kontakt-${name}.lock`);
  if (await answers(socket)) {
    throw new StartError(
      `The data in ${dir} is in use by another start that is still running. DATA_DIR names another.`,
    );
  }
  rmSync(socket, { force: true });

  const server = createServer((connection) => connection.destroy()).listen(socket);
  await once(server, 'listening');
  server.unref();
  return async () => {
    server.close();
    await once(server, 'close');
  };
}

async function answers(socket: string): Promise<boolean> {
  const connection = connect(socket);
  try {
    await once(connection, 'connect');
    return true;
  } catch (error) {
    // Not there, or nobody behind it. Anything else (a socket of another user) is somebody's.
    return !(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED'));
  } finally {
    connection.destroy();
  }
}
