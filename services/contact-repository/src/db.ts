import { openDatabase, type Log } from '@kontakt/service-kit';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/prisma/client.ts';

export type Db = ReturnType<typeof createDb>;

export function createDb(options: { databaseUrl: string; poolSize: number; log: Log }) {
  return openDatabase({
    ...options,
    createClient: (pool) => new PrismaClient({ adapter: new PrismaPg(pool) }),
  });
}
