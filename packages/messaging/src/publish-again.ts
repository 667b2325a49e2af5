import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from '@kontakt/events';
import { StartError } from '@kontakt/service-kit';
import { NobodyListensError, TransportUnavailableError } from './transport.ts';

const batchSize = 200;

interface Publishing {
  events: AsyncIterable<CloudEvent>;
  publish: (event: CloudEvent) => Promise<void>;
  /** Is told how many are through after each batch. */
  progress: (published: number) => void;
  /** Is told when the broker takes nothing, once each time. */
  waiting: () => void;
}

/**
 * Publishes an owner's states again, while live events flow: whoever receives them merges, so the overlap does no harm.
 * Waits while the broker is away.
 * @returns how many were published.
 * @throws StartError when nobody is there to receive them.
 */
export async function publishAgain({ events, publish, progress, waiting }: Publishing): Promise<number> {
  let published = 0;
  let batch: CloudEvent[] = [];
  let waits = false;

  async function publishPatiently(event: CloudEvent): Promise<void> {
    for (;;) {
      try {
        await publish(event);
        waits = false;
        return;
      } catch (error) {
        if (error instanceof NobodyListensError) throw new StartError(`Nobody would get it: ${error.message}.`);
        if (!(error instanceof TransportUnavailableError)) throw error;
        if (!waits) waiting();
        waits = true;
      }
      await sleep(500);
    }
  }

  async function publishBatch(): Promise<void> {
    await Promise.all(batch.map(publishPatiently));
    published += batch.length;
    batch = [];
    progress(published);
  }

  for await (const event of events) {
    batch.push(event);
    if (batch.length === batchSize) await publishBatch();
  }
  if (batch.length > 0) await publishBatch();
  return published;
}
