import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@kontakt/embedded-postgres';
import { dockerProblem } from './docker.ts';

/** A PostgreSQL server for tests. */
export interface ProvidedPostgres {
  /** Where it comes from. */
  provider: 'TEST_DATABASE_URL' | 'testcontainers' | 'embedded';
  /** Why another provider, which would have come first, was not used. */
  passedOver?: string;
  /** Connects as a user who may create databases. */
  adminUrl: string;
  /** Whether the server was started for this run, and so nothing in it needs to be removed. */
  isOurs: boolean;
  stop: () => Promise<void>;
}

const image = 'postgres:18';

/** Finds a PostgreSQL server: the one that TEST_DATABASE_URL names, else a container, else the embedded one. */
export async function providePostgres(env: NodeJS.ProcessEnv = process.env): Promise<ProvidedPostgres> {
  const given = env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '')
    return { provider: 'TEST_DATABASE_URL', adminUrl: given, isOurs: false, stop: () => Promise.resolve() };

  const problem = await dockerProblem(env);
  if (problem !== undefined) return startEmbedded(problem);
  try {
    return await startContainer();
  } catch (error) {
    const [reason = ''] = String(error).split('\n', 1);
    return startEmbedded(`a container of ${image} could not be started: ${reason}`);
  }
}

async function startContainer(): Promise<ProvidedPostgres> {
  // Loading it takes half a second, which is saved where there is no Docker.
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer(image)
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off'])
    .start();
  return {
    provider: 'testcontainers',
    adminUrl: container.getConnectionUri(),
    isOurs: true,
    stop: async () => {
      await container.stop();
    },
  };
}

async function startEmbedded(noContainer: string): Promise<ProvidedPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'kontakt-test-'));
  const postgres = await startPostgres({ dir, ephemeral: true });
  return {
    provider: 'embedded',
    passedOver: `testcontainers, since ${noContainer}`,
    adminUrl: postgres.adminUrl(),
    isOurs: true,
    stop: () => postgres.stop(),
  };
}
