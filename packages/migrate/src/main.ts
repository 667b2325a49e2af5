// Migrates the database in DATABASE_URL. Argument: the path of schema.prisma.
import { migrate, MigrationError } from './index.ts';

try {
  const [schema] = process.argv.slice(2);
  const databaseUrl = process.env.DATABASE_URL;
  if (schema === undefined) throw new MigrationError('Name the path of schema.prisma as the argument.');
  if (databaseUrl === undefined || databaseUrl === '') throw new MigrationError('DATABASE_URL is not set.');

  const applied = await migrate({ databaseUrl, schema });
  process.stdout.write(
    applied.length === 0 ? 'already up to date\n' : applied.map((name) => `applied ${name}\n`).join(''),
  );
} catch (error) {
  const known = error instanceof MigrationError;
  process.stderr.write(`${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exitCode = 1;
}
