import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm';
import { MigrationError } from './errors.ts';

/** Reads a folder of migrations, as the engine wants it. */
export async function readMigrations(folder: string): Promise<MigrationList> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new MigrationError(`There is no folder of migrations ${folder}.`);
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return {
    baseDir: folder,
    lockfile: await readLockfile(folder),
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.sort().map((name) => readMigration(folder, name))),
  };
}

/** The name of the migration that a script is from. */
export function migrationWith(script: string, { migrationDirectories }: MigrationList): string {
  const found = migrationDirectories.find(({ migrationFile: { content } }) => content.value === script);
  return found?.path ?? 'of an unknown name';
}

async function readLockfile(folder: string): Promise<MigrationList['lockfile']> {
  const path = 'migration_lock.toml';
  return { path, content: await readFile(join(folder, path), 'utf8').catch(() => null) };
}

async function readMigration(folder: string, name: string): Promise<MigrationDirectory> {
  const path = 'migration.sql';
  const file = join(folder, name, path);
  const value = await readFile(file, 'utf8').catch(() => {
    throw new MigrationError(`There is no file ${file}.`);
  });
  return { path: name, migrationFile: { path, content: { tag: 'ok', value } } };
}
