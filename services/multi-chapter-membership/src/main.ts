import { randomBytes } from 'node:crypto';
import { createClock, never } from '@kontakt/convergence';
import { serviceQueues } from '@kontakt/events';
import { connectRabbit, startMessaging, type Transport } from '@kontakt/messaging';
import {
  acceptedTokens,
  createLog,
  createMetrics,
  runService,
  startHttpServer,
  startInOrder,
  type Running,
} from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { createApp } from './app.ts';
import { readConfig, type Config } from './config.ts';
import { createDb, type Db } from './db.ts';
import { subscriptions } from './events.ts';

export { createDb } from './db.ts';
export { readConfig } from './config.ts';

/** @param ownTransport for services that share a process; without it events go through the broker at AMQP_URL. */
export function startMultiChapterMembership(config: Config, ownTransport?: Transport): Promise<Running> {
  return startInOrder(async (atStop) => {
    const log = createLog({ service: 'multi-chapter-membership', level: config.LOG_LEVEL });
    const db = createDb({ databaseUrl: config.DATABASE_URL, poolSize: config.DATABASE_POOL_SIZE, log });
    atStop(() => db.close());
    const clock = createClock({
      node: `mm.${randomBytes(4).toString('hex')}`,
      startAfter: await newestStoredStamp(db),
    });
    const transport =
      ownTransport ??
      (await connectRabbit({
        url: config.AMQP_URL,
        log,
        queues: serviceQueues,
      }));
    if (!ownTransport) atStop(() => transport.close());
    const app = createApp({
      db,
      clock,
      log,
      metrics: createMetrics(db.pool),
      checkBroker: () => transport.check(),
      internalTokens: acceptedTokens(config),
      auth: config.AUTH,
    });
    const messaging = await startMessaging({
      queue: 'multi-chapter-membership',
      subscriptions,
      transport,
      db,
      clock,
      log,
    });
    atStop(() => messaging.stop());
    const http = await startHttpServer(app, { port: config.PORT, host: config.HOST, log });
    atStop(() => http.stop());
    return { url: http.url };
  });
}

/** The newest stamp of those that lie ahead, which a faster clock has left: behind the others the wall clock is anyway. */
async function newestStoredStamp(db: Db): Promise<string> {
  const now = String(Date.now());
  const [row] = await db.query<{ newest: string | null }>(
    sql`SELECT greatest(
      (SELECT max(stamp) FROM memberships WHERE stamp > ${now}),
      (SELECT max(name_stamp) FROM chapters WHERE name_stamp > ${now})) AS newest`,
  );
  return row?.newest ?? never;
}

if (import.meta.main) {
  await runService('Multi-Chapter Membership', () => startMultiChapterMembership(readConfig(process.env)));
}
