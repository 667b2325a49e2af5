export { migrate, type MigrateOptions } from './migrate.ts';
export { MigrationError } from './errors.ts';
