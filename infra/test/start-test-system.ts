import { createTestDatabase } from '@kontakt/testing';
import { createLog } from '@kontakt/service-kit';
import { Pool } from 'pg';
import { loadDemoData } from '../demo/load-demo-data.ts';
import type { LocalConfig } from '../local/config.ts';
import type { DatabaseUrls } from '../local/databases.ts';
import { startSystem } from '../local/start-system.ts';

/**
 * The whole system as `npm start` has it, with the demonstration data, on databases of its own.
 * @param before is done to the databases before anything starts.
 */
export async function startTestSystem(
  given: Partial<LocalConfig> = {},
  before: (databases: DatabaseUrls) => Promise<unknown> = () => Promise.resolve(),
) {
  const databases = await Promise.all([
    createTestDatabase('contact-repository'),
    createTestDatabase('contact-edit'),
    createTestDatabase('multi-chapter-membership'),
  ]);
  const [contactRepository, contactEdit, membership] = databases;
  const urls = {
    'contact-repository': contactRepository.url,
    'contact-edit': contactEdit.url,
    'multi-chapter-membership': membership.url,
  };
  await loadDemoData(urls, createLog({ service: 'demo', level: 'silent' }));
  await before(urls);
  const system = await startSystem(
    {
      PORT: 0,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      DATA_DIR: '',
      DEMO_DATA: 'on',
      DEFAULT_ORG_ID: 'org_abc123',
      AUTH: 'off',
      ...given,
    },
    urls,
  );
  const pools = databases.map(({ url }) => new Pool({ connectionString: url, max: 1 }));
  return {
    ...system,
    databases: urls,
    /** Every row of every table, in all three databases, that holds the text. */
    async rowsContaining(text: string): Promise<string[]> {
      const found = await Promise.all(pools.map((pool) => searchDatabase(pool, text)));
      return found.flat();
    },
    async query(service: keyof typeof urls, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
      const pool = pools[Object.keys(urls).indexOf(service)];
      if (!pool) throw new Error(`no database of ${service}`);
      return (await pool.query<Record<string, unknown>>(sql, values)).rows;
    },
    /** How many events are not yet published. */
    async countOutbox(): Promise<number> {
      const counts = await Promise.all(
        pools.map((pool) => pool.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox')),
      );
      return counts.reduce((sum, { rows }) => sum + (rows[0]?.n ?? 0), 0);
    },
    async stop() {
      await system.stop();
      await Promise.all(pools.map((pool) => pool.end()));
      await Promise.all(databases.map((database) => database.drop()));
    },
  };
}

async function searchDatabase(pool: Pool, text: string): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT row::text AS row FROM ${name} AS row WHERE position($1 in row::text) > 0`,
      [text],
    );
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}
