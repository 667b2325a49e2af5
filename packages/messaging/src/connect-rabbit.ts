import { StampAheadError } from '@kontakt/convergence';
import { exchanges, onlyForOutside, UnreadableEventError, type CloudEvent } from '@kontakt/events';
import {
  DeclaredOtherwiseError,
  RabbitUnavailableError,
  startConsumer,
  startPublisher,
  UnroutableError,
  type Consumer,
  type FailureMeaning,
  type Publication,
} from '@kontakt/rabbitmq';
import { isDatabaseUnavailable, StartError, type Log } from '@kontakt/service-kit';
import { NobodyListensError, TransportUnavailableError, type PublishOptions, type Transport } from './transport.ts';

interface RabbitOptions {
  /** amqp: or amqps:, with user, password and virtual host. */
  url: string;
  log: Log;
  /** Begins the names of the connections in the broker's list. */
  name?: string;
  /** Queues that are made where they are missing: see serviceQueues. */
  queues?: { queue: string; types: string[] }[];
  /** How many events are on their way at a time: what waits for a transaction goes into the next one together. */
  prefetch?: number;
  confirmTimeoutMs?: number;
  /** Before the first repetition of what went wrong; it grows from one to the next. */
  retryDelayMs?: number;
}

/**
 * Events through RabbitMQ, which may come and go: what cannot be published rejects at once, and what is subscribed to is
 * delivered again as soon as the broker is back. The same holds at the start: neither this nor `subscribe` waits for a
 * broker that is away.
 * @throws StartError, as `subscribe` does, when the broker has something else of that name.
 */
export async function connectRabbit(options: RabbitOptions): Promise<Transport> {
  const {
    url,
    log,
    name = 'kontakt',
    queues = [],
    prefetch = 1_000,
    confirmTimeoutMs = 10_000,
    retryDelayMs = 200,
  } = options;
  const sources = queues.map(({ queue, types }) => ({ exchanges, queue, routingKeys: types }));
  const publishing = { url, purpose: `${name}: publish`, exchanges, sources, log, confirmTimeoutMs };
  const publisher = await startPublisher(publishing).catch(throwInOurTerms);
  const consumers: Consumer[] = [];

  return {
    publish: (event, how = {}) => publisher.publish(publicationOf(event, how)).catch(throwInOurTerms),
    async subscribe({ queue, types, handle }) {
      const purpose = `${name}: consume ${queue}`;
      const source = { exchanges, queue, routingKeys: types };
      const consuming = { url, purpose, source, handle, meaningOf, publisher, log, prefetch, retryDelayMs };
      consumers.push(await startConsumer(consuming).catch(throwInOurTerms));
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

/** Trouble with the database is not the event's fault, and is waited out. */
function meaningOf(error: Error): FailureMeaning {
  if (isDatabaseUnavailable(error)) return 'wait';
  return error instanceof UnreadableEventError || error instanceof StampAheadError ? 'give-up' : 'retry';
}

/** What RabbitMQ says, as every transport says it; what only a person can mend, as all that prevents a start. */
function throwInOurTerms(error: unknown): never {
  if (error instanceof RabbitUnavailableError) throw new TransportUnavailableError(error.message, { cause: error });
  if (error instanceof UnroutableError) throw new NobodyListensError(error.message, { cause: error });
  if (error instanceof DeclaredOtherwiseError) throw new StartError(error.message, { cause: error });
  throw error;
}

/** CloudEvents' structured mode: the whole event is the content. */
function publicationOf(event: CloudEvent, { queue, content = JSON.stringify(event) }: PublishOptions): Publication {
  return {
    // The default exchange leads to the queue of that name.
    exchange: queue === undefined ? exchanges.topic : '',
    routingKey: queue ?? event.type,
    mandatory: !onlyForOutside.has(event.type),
    content: Buffer.from(content),
    properties: {
      messageId: event.id,
      type: event.type,
      timestamp: Math.floor(Date.parse(event.time) / 1000),
      contentType: 'application/cloudevents+json',
    },
  };
}
