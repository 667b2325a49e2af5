import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
}

export const root = join(import.meta.dirname, '../..');

/** The folder of the service with a name, or of the gateway. */
export function folderOf(service: string): string | undefined {
  return globSync('{gateway,services/*}', { cwd: root }).find(
    (folder) => manifestOf(folder).name === `@kontakt/${service}`,
  );
}

/** A folder, and those of our packages that it needs to run; where there is a database, also what migrates that. */
export function foldersNeededBy(folder: string): string[] {
  const packages = new Map(globSync('packages/*', { cwd: root }).map((path) => [manifestOf(path).name, path]));
  const needed = new Set([folder]);
  if (existsSync(join(root, folder, 'prisma'))) needed.add('packages/migrate');
  // A set that grows while it is gone through is gone through to its end.
  for (const path of needed) {
    for (const name of Object.keys(manifestOf(path).dependencies ?? {})) {
      const dependency = packages.get(name);
      if (dependency !== undefined) needed.add(dependency);
    }
  }
  return [...needed];
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}
