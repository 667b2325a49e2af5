import type { Log } from '@kontakt/service-kit';
import { eventsExchange, onlyForOutside, type CloudEvent } from '@kontakt/events';
import { TransportUnavailableError, type Transport } from '../transport.ts';
import { startConsumer, type Consumer } from './consumer.ts';
import { startPublisher, type Publication } from './publisher.ts';

interface RabbitOptions {
  /** amqp: or amqps:, with user, password and virtual host. */
  url: string;
  log: Log;
  /** Begins the names of the connections in the broker's list. */
  name?: string;
  /** How many events are handled at a time. */
  prefetch?: number;
  confirmTimeoutMs?: number;
  /** Before the first repetition of what went wrong; it grows from one to the next. */
  retryDelayMs?: number;
}

/**
 * Events through RabbitMQ, which may come and go: what cannot be published rejects at once, and what is subscribed to is
 * delivered again as soon as the broker is back. The same holds at the start: neither this nor `subscribe` waits for a
 * broker that is away.
 * @throws DeclaredOtherwiseError, as `subscribe` does, when the broker has something else of that name.
 */
export async function connectRabbit(options: RabbitOptions): Promise<Transport> {
  const { url, log, name = 'kontakt', prefetch = 50, confirmTimeoutMs = 10_000, retryDelayMs = 200 } = options;
  const publisher = await startPublisher({ url, purpose: `${name}: publish`, log, confirmTimeoutMs });
  const consumers: Consumer[] = [];

  return {
    publish: (event, to) => publisher.publish(publicationOf(event, to?.queue)),
    async subscribe(subscriber) {
      const purpose = `${name}: consume ${subscriber.queue}`;
      consumers.push(await startConsumer({ url, purpose, subscriber, publisher, log, prefetch, retryDelayMs }));
    },
    check() {
      const missing = [publisher, ...consumers].filter((part) => !part.isAvailable());
      if (missing.length === 0) return Promise.resolve();
      return Promise.reject(new TransportUnavailableError(missing.map(({ purpose }) => purpose).join(', ')));
    },
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await publisher.close();
    },
  };
}

/** CloudEvents' structured mode: the whole event is the content. */
function publicationOf(event: CloudEvent, queue: string | undefined): Publication {
  return {
    // The default exchange leads to the queue of that name.
    exchange: queue === undefined ? eventsExchange : '',
    routingKey: queue ?? event.type,
    mandatory: !onlyForOutside.has(event.type),
    content: Buffer.from(JSON.stringify(event)),
    properties: {
      messageId: event.id,
      type: event.type,
      timestamp: Math.floor(Date.parse(event.time) / 1000),
      contentType: 'application/cloudevents+json',
    },
  };
}
