import { chownSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serverAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { type Cluster, ensureCluster, superuser, superuserPassword } from './cluster.ts';
import { explainEnd, explainFileError, explainOutput, PostgresError } from './errors.ts';
import { makeDirectory } from './make-directory.ts';
import { freePort } from './ports.ts';
import { waitForPredecessor } from './predecessor.ts';
import { whenReady } from './ready.ts';
import { Server } from './server.ts';

export interface PostgresOptions {
  /** Where the data is kept, in a directory of its own, which is made if it is not there. */
  dir: string;
  /** A free one by default. */
  port?: number;
  /** For tests: no data is safe from a crash, and the directory, which must be new or empty, is removed at the end. */
  ephemeral?: boolean;
  /** Server parameters, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  port: number;
  /** Such as "18.4". */
  version: string;
  /** Connects as superuser. */
  adminUrl: (database?: string) => string;
  /** Tells why when the server ends without having been stopped; does not settle otherwise. No data is lost by it. */
  ended: Promise<PostgresError>;
  /** Disconnects all clients, stops the server and waits for its end. */
  stop: () => Promise<void>;
}

/**
 * Starts a PostgreSQL server on 127.0.0.1 for as long as this process lives: however the process ends, the server ends
 * with it. Fails with a PostgresError if the reader can do something about it.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dir = resolve(options.dir);
  try {
    makeDirectory(dir);
    return await startIn(realpathSync(dir), options);
  } catch (error) {
    throw explainFileError(error, dir);
  }
}

async function startIn(dir: string, options: PostgresOptions): Promise<Postgres> {
  const ephemeral = options.ephemeral ?? false;
  if (ephemeral) assertEmpty(dir);
  const dataDir = join(dir, 'data');
  const account = serverAccount(dataDir);
  // The server removes the directory itself if it outlives us.
  if (ephemeral && account !== undefined) chownSync(dir, account.uid, account.gid);

  const cluster = { dir, dataDir, account, ephemeral };
  const binaries = await findBinaries(account);
  await ensureCluster(cluster, binaries);
  await waitForPredecessor(cluster);
  const password = superuserPassword(cluster);
  const { server, port, version } = await launch(binaries.postgres, cluster, { ...options, password });
  server.unref();

  return {
    port,
    version,
    adminUrl: (database) => adminUrl(port, password, database),
    ended: unexpectedEnd(server, dir),
    stop: async () => {
      await server.stop();
      if (ephemeral) rmSync(dir, { recursive: true, force: true });
    },
  };
}

function unexpectedEnd(server: Server, dir: string): Promise<PostgresError> {
  return new Promise((resolve) => {
    void server.ended.then(() => {
      if (!server.isStopping) resolve(explainEnd(server.output, dir));
    });
  });
}

interface Launched {
  server: Server;
  port: number;
  version: string;
}

/** Starts the server process and waits until it answers. */
async function launch(
  postgres: string,
  cluster: Cluster,
  { port, settings = {}, password }: Pick<PostgresOptions, 'port' | 'settings'> & { password: string },
  attemptsLeft = 3,
): Promise<Launched> {
  const chosen = port ?? (await freePort());
  const server = new Server(postgres, cluster, { port: chosen, settings });
  try {
    const version = await whenReady(server, adminUrl(chosen, password));
    return { server, port: chosen, version };
  } catch (error) {
    await server.stop();
    // A port that was free a moment ago can be taken by somebody else meanwhile.
    if (port === undefined && attemptsLeft > 0 && server.output.includes('Address already in use'))
      return launch(postgres, cluster, { settings, password }, attemptsLeft - 1);
    throw error instanceof PostgresError ? error : explainOutput(server.output, { dir: cluster.dir, port: chosen });
  }
}

function adminUrl(port: number, password: string, database = 'postgres'): string {
  return `postgresql://${superuser}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

function assertEmpty(dir: string): void {
  if (readdirSync(dir).length > 0)
    throw new PostgresError(`${dir} is not empty, so it cannot be used for data that is removed at the end.`);
}
