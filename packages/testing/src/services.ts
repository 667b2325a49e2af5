import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The services that have a database. */
export const services = ['contact-repository', 'contact-edit', 'multi-chapter-membership'] as const;

export type Service = (typeof services)[number];

export function schemaOf(service: Service): string {
  return join(import.meta.dirname, '..', '..', '..', 'services', service, 'prisma', 'schema.prisma');
}

export function hasMigrations(service: Service): boolean {
  const folder = join(schemaOf(service), '..', 'migrations');
  return existsSync(folder) && readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory());
}
