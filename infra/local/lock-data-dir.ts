import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeDirectory } from '@kontakt/embedded-postgres';
import { StartError } from '@kontakt/service-kit';

/**
 * Lets one process at a time work on a data directory. The lock is a socket that somebody listens on: unlike a file
 * with a process id it means nothing any more when its holder is gone, however it ended.
 * @returns what gives the lock back.
 * @throws StartError when the directory is in use or cannot be written.
 */
export async function lockDataDir(dir: string): Promise<() => Promise<void>> {
  const server = createServer((connection) => connection.destroy());
  try {
    makeDirectory(resolve(dir));
    const socket = socketPath(realpathSync(dir));
    if (await answers(socket)) {
      throw new StartError(`The data in ${dir} is in use by another start that still runs. DATA_DIR names another.`);
    }
    rmSync(socket, { force: true });
    server.listen(socket).unref();
    await once(server, 'listening');
  } catch (error) {
    throw error instanceof StartError ? error : new StartError(unusable(dir, error));
  }
  return async () => {
    server.close();
    await once(server, 'close');
  };
}

function unusable(dir: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const reason = code === 'ENOSPC' ? 'there is no disk space left' : `it cannot be made or written (${code})`;
  return `The data directory ${dir} cannot be used: ${reason}. DATA_DIR names another.`;
}

/** In the directory, unless its path is too long for a socket (104 bytes on macOS, 108 on Linux). */
function socketPath(dir: string): string {
  const inside = join(dir, 'lock');
  if (Buffer.byteLength(inside) < 100) return inside;
  return join(tmpdir(), `kontakt-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}.lock`);
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
