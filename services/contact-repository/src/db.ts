import { openDatabase, type Log } from '@kontakt/service-kit';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from './generated/prisma/client.ts';

export type Tx = Prisma.TransactionClient;
export type Db = ReturnType<typeof createDb>;

export function createDb(options: { databaseUrl: string; poolSize: number; log: Log }) {
  return openDatabase<Tx, PrismaClient>({
    ...options,
    createClient: (pool) => new PrismaClient({ adapter: new PrismaPg(pool) }),
  });
}
