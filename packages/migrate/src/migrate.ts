import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Pool } from 'pg';
import { migrationAdapter } from './adapter.ts';
import { createEngine } from './engine.ts';
import { cannotConnect, explainEngineError, MigrationError, scriptFailed } from './errors.ts';
import { lockForMigration } from './lock.ts';
import { migrationWith, readMigrations } from './migrations.ts';

export interface MigrateOptions {
  databaseUrl: string;
  /** The path of schema.prisma; the migrations are in the folder beside it. */
  schema: string;
}

/**
 * Applies the migrations that the database does not have yet, and answers their names. The database is then as `prisma
 * migrate deploy` would have left it. Fails with a MigrationError if the reader can do something about it.
 */
export async function migrate({ databaseUrl, schema }: MigrateOptions): Promise<string[]> {
  const migrationsList = await readMigrations(join(dirname(schema), 'migrations'));
  const datamodel = await readFile(schema, 'utf8');
  const pool = await connect(databaseUrl);
  let failure: MigrationError | undefined;
  const adapter = migrationAdapter(pool, (script, error) => {
    failure = scriptFailed(migrationWith(script, migrationsList), script, error);
  });
  try {
    await lockForMigration(pool);
    const engine = await createEngine(datamodel, adapter);
    const filters = { externalTables: [], externalEnums: [] };
    return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
  } catch (error) {
    throw failure ?? explainEngineError(error);
  } finally {
    await pool.end();
  }
}

/** The pool holds a single connection, and keeps it: the lock belongs to the connection. */
async function connect(databaseUrl: string): Promise<Pool> {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl) || !URL.canParse(databaseUrl))
    throw new MigrationError('DATABASE_URL is not the URL of a PostgreSQL database (postgresql://…).');
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A connection that breaks while nothing is asked is told by the next query.
  pool.on('error', () => undefined);
  try {
    (await pool.connect()).release();
    return pool;
  } catch (error) {
    await pool.end();
    throw cannotConnect(databaseUrl, error);
  }
}
