import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  DriverAdapterError,
  type ErrorCapturingSqlMigrationAwareDriverAdapterFactory,
  type SqlDriverAdapter,
} from '@prisma/driver-adapter-utils';
import { DatabaseError, type Pool } from 'pg';

export type ScriptErrorListener = (script: string, error: unknown) => void;

/** Prisma's adapter on a connection pool, except for scripts; their errors are also told to a listener. */
export function migrationAdapter(
  pool: Pool,
  onScriptError: ScriptErrorListener,
): ErrorCapturingSqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(pool);
  return bindMigrationAwareSqlAdapterFactory({
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => withWholeScripts(await factory.connect(), pool, onScriptError),
    connectToShadowDb: () => Promise.reject(new Error('applying migrations needs no shadow database')),
  });
}

/**
 * Prisma's adapter splits a script at each ";", also those within function bodies, and runs the pieces one by one. Here
 * PostgreSQL gets it whole, and so runs it in one transaction, as it does for `prisma migrate deploy`.
 */
function withWholeScripts(adapter: SqlDriverAdapter, pool: Pool, onScriptError: ScriptErrorListener): SqlDriverAdapter {
  return Object.assign(adapter, {
    executeScript: async (script: string) => {
      // Pool.query would close a connection whose query failed, and with it lose the lock.
      const client = await pool.connect();
      // A connection that breaks tells the query, too; without a listener it would end the process.
      client.on('error', ignore);
      try {
        await client.query(script);
      } catch (error) {
        onScriptError(script, error);
        throw asEngineError(error);
      } finally {
        client.off('error', ignore);
        client.release();
      }
    },
  });
}

function ignore(): void {
  // told elsewhere
}

/** The form in which the engine can read the error, and so note it in the table of migrations. */
function asEngineError(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const { code = '', severity = '', message, detail, column, hint } = error;
  return new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}
