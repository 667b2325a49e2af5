import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDatabase, type Postgres, startPostgres } from '@kontakt/embedded-postgres';
import { migrate } from '@kontakt/migrate';
import pg from 'pg';
import { readLocalConfig, root } from '../local/config.ts';
import type { DatabaseUrls } from '../local/databases.ts';
import { loadOrganisation, recipe } from './organisation.ts';

export type ServiceName = keyof DatabaseUrls;
export const serviceNames = ['contact-repository', 'contact-edit', 'multi-chapter-membership'] as const;

/** Of this run's users; the server listens on this machine only. */
const password = randomBytes(24).toString('base64url');

export interface BenchPostgres extends Postgres {
  /** The process whose children do the work. */
  pid: number;
}

/** The server that the services and the references share. Its data stay from run to run. */
export async function startBenchPostgres(): Promise<BenchPostgres> {
  const dir = join(readLocalConfig().DATA_DIR, 'bench/postgres');
  const postgres = await startPostgres({
    dir,
    settings: {
      shared_buffers: '512MB',
      effective_cache_size: '2GB',
      random_page_cost: '1.1',
      max_wal_size: '4GB',
      checkpoint_timeout: '15min',
      shared_preload_libraries: 'pg_stat_statements',
      // When a row's last change was committed: how long a change takes from one database to another.
      track_commit_timestamp: 'on',
    },
  });
  await asAdmin(postgres, 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const [pid] = readFileSync(join(dir, 'data/postmaster.pid'), 'utf8').split('\n');
  return { ...postgres, pid: Number(pid) };
}

/** The three databases with that many contacts; loaded unless they are there from a run before. */
export async function openOrganisation(postgres: Postgres, contacts: number): Promise<DatabaseUrls> {
  return eachService(async (service) => {
    const name = databaseName(service, contacts);
    const schema = join(root, 'services', service, 'prisma/schema.prisma');
    const fingerprint = `${contacts} ${recipeOf(service)}`;
    const loaded = (await commentOn(postgres, name)) === fingerprint;
    if (!loaded) await asAdmin(postgres, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    const url = await ensureDatabase(postgres.adminUrl(), { database: name, user: name, password });
    if (loaded) return url;
    const started = performance.now();
    await migrate({ databaseUrl: url, schema });
    await loadOrganisation(postgres.adminUrl(name), service, contacts);
    await asAdmin(postgres, `COMMENT ON DATABASE ${name} IS ${pg.escapeLiteral(fingerprint)}`);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`Loaded ${contacts.toLocaleString('en')} contacts into ${service} in ${seconds} s`);
    return url;
  });
}

/** Copies to be written to; those of a run before are dropped. Nobody may be connected to the originals. */
export async function copyOrganisation(postgres: Postgres, contacts: number): Promise<DatabaseUrls> {
  return eachService(async (service) => {
    const original = databaseName(service, contacts);
    const copy = `${original}_copy`;
    await asAdmin(postgres, `DROP DATABASE IF EXISTS ${copy} WITH (FORCE)`);
    await asAdmin(postgres, `CREATE DATABASE ${copy} TEMPLATE ${original} STRATEGY file_copy`);
    return ensureDatabase(postgres.adminUrl(), { database: copy, user: original, password });
  });
}

export async function dropCopies(postgres: Postgres, contacts: number): Promise<void> {
  await eachService((service) =>
    asAdmin(postgres, `DROP DATABASE IF EXISTS ${databaseName(service, contacts)}_copy WITH (FORCE)`),
  );
}

export async function asAdmin<Row extends pg.QueryResultRow>(
  postgres: Postgres,
  sql: string,
  database?: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: postgres.adminUrl(database) });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** At the same time. */
async function eachService<T>(make: (service: ServiceName) => Promise<T>): Promise<Record<ServiceName, T>> {
  const [repository, edit, membership] = await Promise.all([
    make('contact-repository'),
    make('contact-edit'),
    make('multi-chapter-membership'),
  ]);
  return { 'contact-repository': repository, 'contact-edit': edit, 'multi-chapter-membership': membership };
}

const databaseName = (service: ServiceName, contacts: number) => `${service.replaceAll('-', '_')}_${contacts}`;

/** Of what is loaded, and of the tables it is loaded into. */
function recipeOf(service: ServiceName): string {
  const migrations = globSync(join(root, 'services', service, 'prisma/migrations/*/migration.sql')).sort();
  const hash = createHash('sha256').update(recipe);
  for (const file of migrations) hash.update(readFileSync(file));
  return hash.digest('hex');
}

async function commentOn(postgres: Postgres, database: string): Promise<string | null> {
  const rows = await asAdmin<{ comment: string | null }>(
    postgres,
    `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = '${database}'`,
  );
  return rows[0]?.comment ?? null;
}
