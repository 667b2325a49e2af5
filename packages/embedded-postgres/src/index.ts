export { type DatabaseOptions, ensureDatabase } from './database.ts';
export { PostgresError } from './errors.ts';
export { freePort } from './free-port.ts';
export { makeDirectory } from './make-directory.ts';
export { type Postgres, type PostgresOptions, startPostgres } from './start.ts';
