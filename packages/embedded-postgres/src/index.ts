export { type DatabaseOptions, ensureDatabase } from './database.ts';
export { PostgresError } from './errors.ts';
export { makeDirectory } from './make-directory.ts';
export { freePort, tryListening } from './ports.ts';
export { type Postgres, type PostgresOptions, startPostgres } from './start.ts';
