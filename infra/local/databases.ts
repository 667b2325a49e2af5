import { join } from 'node:path';
import { ensureDatabase, type Postgres, type PostgresError, startPostgres } from '@kontakt/embedded-postgres';
import { migrate } from '@kontakt/migrate';
import { root, type LocalConfig } from './config.ts';
import { lockDataDir } from './lock-data-dir.ts';

/** Service → the URL of its database. */
export type DatabaseUrls = Record<Service, string>;
type Service = 'contact-repository' | 'contact-edit' | 'multi-chapter-membership';

export interface Databases {
  urls: DatabaseUrls;
  /** Tells why when a PostgreSQL of our own ends without having been stopped; does not settle otherwise. */
  ended: Promise<PostgresError>;
  stop: () => Promise<void>;
}

/**
 * The three databases: those that the settings name, and for the others a PostgreSQL of our own in DATA_DIR, where
 * each service's user can open its own database only.
 */
export async function openDatabases(config: LocalConfig): Promise<Databases> {
  const given = {
    'contact-repository': config.DATABASE_URL_CONTACT_REPOSITORY,
    'contact-edit': config.DATABASE_URL_CONTACT_EDIT,
    'multi-chapter-membership': config.DATABASE_URL_MULTI_CHAPTER_MEMBERSHIP,
  };
  if (allGiven(given)) return { urls: given, ended: new Promise(() => undefined), stop: () => Promise.resolve() };

  const postgres = await startLocked(config.DATA_DIR);
  const urlOf = async (service: Service): Promise<string> => {
    const name = service.replaceAll('-', '_');
    return given[service] ?? ensureDatabase(postgres.adminUrl(), { database: name, user: name });
  };
  try {
    const urls = {
      'contact-repository': await urlOf('contact-repository'),
      'contact-edit': await urlOf('contact-edit'),
      'multi-chapter-membership': await urlOf('multi-chapter-membership'),
    };
    return { urls, ended: postgres.ended, stop: postgres.stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A PostgreSQL of our own, which holds the lock of the data directory until it is stopped. */
async function startLocked(dataDir: string): Promise<Postgres> {
  const unlock = await lockDataDir(dataDir);
  try {
    const postgres = await startPostgres({ dir: join(dataDir, 'postgres') });
    return {
      ...postgres,
      async stop() {
        await postgres.stop();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

function allGiven(urls: Record<Service, string | undefined>): urls is DatabaseUrls {
  return Object.values(urls).every((url) => url !== undefined);
}

/** @returns how many migrations were applied. */
export async function migrateAll(urls: DatabaseUrls): Promise<number> {
  let applied = 0;
  for (const [service, databaseUrl] of Object.entries(urls)) {
    const names = await migrate({ databaseUrl, schema: join(root, 'services', service, 'prisma/schema.prisma') });
    applied += names.length;
  }
  return applied;
}
