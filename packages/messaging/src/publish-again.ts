import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from '@kontakt/events';
import { TransportUnavailableError } from './transport.ts';

const batchSize = 200;

/**
 * Publishes an owner's states again, while live events flow: whoever receives them merges, so the overlap does no harm.
 * Waits while the broker is away.
 * @param progress is told how many are through after each batch.
 * @returns how many were published.
 */
export async function publishAgain(
  events: AsyncIterable<CloudEvent>,
  publish: (event: CloudEvent) => Promise<void>,
  progress: (published: number) => void,
): Promise<number> {
  let published = 0;
  let batch: CloudEvent[] = [];
  const publishBatch = async () => {
    await Promise.all(batch.map((event) => publishPatiently(event, publish)));
    published += batch.length;
    batch = [];
    progress(published);
  };
  for await (const event of events) {
    batch.push(event);
    if (batch.length === batchSize) await publishBatch();
  }
  if (batch.length > 0) await publishBatch();
  return published;
}

async function publishPatiently(event: CloudEvent, publish: (event: CloudEvent) => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await publish(event);
      return;
    } catch (error) {
      if (!(error instanceof TransportUnavailableError)) throw error;
      await sleep(500);
    }
  }
}
