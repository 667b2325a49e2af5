import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { ensureDatabase, type Postgres, startPostgres } from '@kontakt/embedded-postgres';
import { Client, type QueryResultRow } from 'pg';

const folder = mkdtempSync(join(tmpdir(), 'kontakt-migrate-'));
let postgres: Postgres | undefined;
let count = 0;

beforeAll(async () => {
  postgres = await startPostgres({ dir: join(folder, 'postgres'), ephemeral: true });
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The URL of a new database, of which the user is the owner. */
export function newDatabase(): Promise<string> {
  const name = `database-${++count}`;
  return ensureDatabase(postgres?.adminUrl() ?? '', { database: name, user: name });
}

/** The path of a schema with migrations, each a name and its SQL. */
export function schemaWith(migrations: Record<string, string>): string {
  const schema = join(folder, `schema-${++count}`, 'schema.prisma');
  mkdirSync(join(schema, '..', 'migrations'), { recursive: true });
  writeFileSync(schema, 'datasource db {\n  provider = "postgresql"\n}\n');
  writeFileSync(join(schema, '..', 'migrations', 'migration_lock.toml'), 'provider = "postgresql"\n');
  for (const [name, sql] of Object.entries(migrations)) addMigration(schema, name, sql);
  return schema;
}

export function addMigration(schema: string, name: string, sql: string): void {
  mkdirSync(join(schema, '..', 'migrations', name));
  writeFileSync(join(schema, '..', 'migrations', name, 'migration.sql'), sql);
}

export async function query<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
