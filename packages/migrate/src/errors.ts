import { DatabaseError } from 'pg';

/** A reason why a database cannot be migrated, in one sentence that the reader can act on. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

export function cannotConnect(databaseUrl: string, error: unknown): MigrationError {
  const { host, pathname } = new URL(databaseUrl);
  return new MigrationError(`Cannot connect to the database ${pathname.slice(1)} at ${host}: ${reasonOf(error)}.`);
}

export function scriptFailed(migration: string, script: string, error: unknown): MigrationError {
  const line = error instanceof DatabaseError ? lineAt(script, error.position) : undefined;
  const place = line === undefined ? '' : ` (line ${line})`;
  return new MigrationError(`Migration ${migration} failed: ${reasonOf(error)}${place}.`, { cause: error });
}

/** Tells what the engine refused to do. It writes paragraphs, of which the first is the reason. */
export function explainEngineError(error: unknown): unknown {
  if (error instanceof MigrationError || !(error instanceof Error)) return error;
  const unresolved = /The `([^`]+)` migration started at .* failed/.exec(error.message)?.[1];
  if (unresolved !== undefined)
    return new MigrationError(
      `Migration ${unresolved} failed in an earlier run, and nothing is applied until that is resolved (prisma migrate resolve).`,
    );
  return new MigrationError(error.message.split('\n\n', 1)[0]?.trim(), { cause: error });
}

/** What PostgreSQL or the network says. An address with several IPs that all fail gives an error without a message. */
function reasonOf(error: unknown): string {
  const [message, code] = [property(error, 'message'), property(error, 'code')];
  return (message === '' ? code : message) ?? String(error);
}

function property(error: unknown, name: 'message' | 'code'): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function lineAt(script: string, position: string | undefined): number | undefined {
  return position === undefined ? undefined : script.slice(0, Number(position) - 1).split('\n').length;
}
