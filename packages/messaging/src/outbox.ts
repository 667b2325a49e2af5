import type { CloudEvent } from '@kontakt/events';

/** The service's outbox, as Prisma gives it inside a transaction. */
interface OutboxTransaction {
  outbox: { createMany(args: { data: { event: string }[] }): Promise<unknown> };
}

/** Writes events into the outbox, in the transaction that makes them true; the relay publishes them after its commit. */
export async function addToOutbox(tx: OutboxTransaction, ...events: CloudEvent[]): Promise<void> {
  await tx.outbox.createMany({ data: events.map((event) => ({ event: JSON.stringify(event) })) });
}
