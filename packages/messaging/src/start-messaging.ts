import type { Clock } from '@kontakt/convergence';
import type { Log, Transaction } from '@kontakt/service-kit';
import type { ClientBase, Pool } from 'pg';
import { createEventHandler, type Subscription } from './event-handler.ts';
import { startRelay } from './relay.ts';
import type { Transport } from './transport.ts';

interface MessagingOptions {
  /** The durable name of the service's queue. */
  queue: string;
  subscriptions: Subscription[];
  transport: Transport;
  db: {
    pool: Pool;
    transaction: <T>(operation: (tx: Transaction) => Promise<T>) => Promise<T>;
    onOutbox: (listener: (connection?: ClientBase) => boolean) => void;
  };
  clock: Clock;
  log: Log;
}

/** Receives what the service subscribes to, and publishes what it writes into its outbox. */
export async function startMessaging({ queue, subscriptions, transport, db, clock, log }: MessagingOptions) {
  const handle = createEventHandler({ subscriptions, clock, transaction: (operation) => db.transaction(operation) });
  await transport.subscribe({ queue, types: subscriptions.map(({ type }) => type), handle });
  const relay = startRelay({ pool: db.pool, transport, log });
  db.onOutbox(relay.wake);
  return { stop: () => relay.stop() };
}
