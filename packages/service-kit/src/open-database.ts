import type { Pool } from 'pg';
import { keyLifetimeMs } from './create-once.ts';
import { createPool } from './database.ts';
import type { Log } from './log.ts';

/** What every service's generated Prisma client has. */
interface Client<Tx> {
  $transaction<T>(operation: (tx: Tx) => Promise<T>, limits: { maxWait: number; timeout: number }): Promise<T>;
  $disconnect(): Promise<void>;
  idempotencyKey: { deleteMany(args: { where: { createdAt: { lt: Date } } }): PromiseLike<unknown> };
}

interface DatabaseOptions<C> {
  databaseUrl: string;
  poolSize: number;
  log: Log;
  /** The service's own client, on the pool that it shares with SQL of its own. */
  createClient: (pool: Pool) => C;
}

/** A service's database: its Prisma client, the pool beneath it, and transactions. */
export function openDatabase<Tx, C extends Client<Tx>>({
  databaseUrl,
  poolSize,
  log,
  createClient,
}: DatabaseOptions<C>) {
  const pool = createPool({ databaseUrl, size: poolSize, log });
  const prisma = createClient(pool);
  let afterCommit: () => void = () => undefined;

  const forgetting = setInterval(() => {
    const createdAt = { lt: new Date(Date.now() - keyLifetimeMs) };
    prisma.idempotencyKey.deleteMany({ where: { createdAt } }).then(undefined, (error: unknown) => {
      log.warn({ err: error }, 'old idempotency keys could not be forgotten');
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
