import { globSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Removes what is installed and never read: three quarters of it. */
export function leaveOut(target: string): void {
  // For compilers and debuggers.
  remove(target, 'node_modules/.pnpm/**/*.{d.ts,d.mts,d.cts,map}');
  // Other builds of the API's page than the one that it loads.
  remove(target, 'node_modules/.pnpm/swagger-ui-dist@*/**/swagger-ui{.js,-es-*,-standalone-*}');
  // What pnpm notes about the machine and the time of the installation.
  remove(target, 'node_modules/.*.{yaml,json}');
  leaveOutOtherDatabases(target);
}

/**
 * Prisma's client has query compilers for five kinds of database, each in four forms of 2 to 5 MB. A generated client
 * names the files that it reads.
 */
function leaveOutOtherDatabases(target: string): void {
  const clients = globSync('services/*/src/generated/prisma/internal/class.ts', { cwd: target });
  const generated = clients.map((file) => readFileSync(join(target, file), 'utf8')).join('');
  remove(target, 'node_modules/.pnpm/@prisma+client@*/node_modules/@prisma/client/runtime/query_compiler_*', (file) =>
    generated.includes(`/${basename(file)}"`),
  );
}

function remove(target: string, pattern: string, isRead: (file: string) => boolean = () => false): void {
  for (const file of globSync(pattern, { cwd: target })) if (!isRead(file)) rmSync(join(target, file));
}
