import { join } from 'node:path';
import { ensureDatabase, startPostgres } from '@kontakt/embedded-postgres';
import { migrate } from '@kontakt/migrate';
import { root, type LocalConfig } from './config.ts';
import { lockDataDir } from './lock-data-dir.ts';

/** Service → the URL of its database. */
export type DatabaseUrls = Record<Service, string>;
type Service = 'contact-repository' | 'contact-edit' | 'multi-chapter-membership';

/**
 * The three databases: those that the settings name, and for the others a PostgreSQL of our own in DATA_DIR, where
 * each service's user can open its own database only.
 */
export async function openDatabases(config: LocalConfig): Promise<{ urls: DatabaseUrls; stop: () => Promise<void> }> {
  const given = {
    'contact-repository': config.DATABASE_URL_CONTACT_REPOSITORY,
    'contact-edit': config.DATABASE_URL_CONTACT_EDIT,
    'multi-chapter-membership': config.DATABASE_URL_MULTI_CHAPTER_MEMBERSHIP,
  };
  if (allGiven(given)) return { urls: given, stop: () => Promise.resolve() };

  const unlock = await lockDataDir(config.DATA_DIR);
  const postgres = await startPostgres({ dir: join(config.DATA_DIR, 'postgres') });
  const urlOf = async (service: Service): Promise<string> => {
    const name = service.replaceAll('-', '_');
    return given[service] ?? ensureDatabase(postgres.adminUrl(), { database: name, user: name });
  };
  const urls = {
    'contact-repository': await urlOf('contact-repository'),
    'contact-edit': await urlOf('contact-edit'),
    'multi-chapter-membership': await urlOf('multi-chapter-membership'),
  };
  return {
    urls,
    async stop() {
      await postgres.stop();
      await unlock();
    },
  };
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
