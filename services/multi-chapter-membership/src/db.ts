import { createPool, keyLifetimeMs, type Log } from '@kontakt/service-kit';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from './generated/prisma/client.ts';

export type Tx = Prisma.TransactionClient;
export type Db = ReturnType<typeof createDb>;

export function createDb(options: { databaseUrl: string; poolSize: number; log: Log }) {
  const pool = createPool({ databaseUrl: options.databaseUrl, size: options.poolSize, log: options.log });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });

  let afterCommit: () => void = () => undefined;

  const forgetting = setInterval(() => {
    const createdAt = { lt: new Date(Date.now() - keyLifetimeMs) };
    prisma.idempotencyKey.deleteMany({ where: { createdAt } }).catch((error: unknown) => {
      options.log.warn({ err: error }, 'old idempotency keys could not be forgotten');
    });
  }, 3_600_000).unref();

  return {
    prisma,
    pool,
    /** Longer than a statement may take: what the database gives up on, it gives up before Prisma does. */
    async transaction<T>(operation: (tx: Tx) => Promise<T>): Promise<T> {
      const result = await prisma.$transaction(operation, { maxWait: 3_000, timeout: 5_000 });
      afterCommit();
      return result;
    },
    /** What is called after each commit: there may be something in the outbox. */
    onCommit(listener: () => void) {
      afterCommit = listener;
    },
    async close() {
      clearInterval(forgetting);
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
