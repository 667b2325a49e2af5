import type { Log } from '@kontakt/service-kit';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { Subscriber } from '../transport.ts';
import { settle } from './delivery.ts';
import { keepChannel } from './keep-channel.ts';
import { descriptionOf } from './move.ts';
import type { Publisher } from './publisher.ts';
import { declareExchanges, declareQueues } from './topology.ts';
import { within } from './within.ts';

const cancelTimeoutMs = 1_000;
const finishTimeoutMs = 10_000;

interface ConsumerOptions {
  url: string;
  purpose: string;
  subscriber: Subscriber;
  /** Takes what becomes a dead letter. */
  publisher: Pick<Publisher, 'publish'>;
  log: Log;
  prefetch: number;
  retryDelayMs: number;
}

export interface Consumer {
  purpose: string;
  isAvailable: () => boolean;
  /** Takes nothing more, and resolves when what is under way is done, at most ten seconds later. */
  close: () => Promise<void>;
}

/** Delivers the messages of a queue to its subscriber, several at a time. */
export async function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const { url, purpose, subscriber, prefetch } = options;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let consumerTag: string | undefined;

  const kept = await keepChannel({
    url,
    purpose,
    log: options.log,
    create: (connection) => connection.createChannel(),
    setUp: async (channel, lost) => {
      await declareExchanges(channel);
      await declareQueues(channel, subscriber);
      await channel.prefetch(prefetch);
      const consuming = await channel.consume(subscriber.queue, (message) => {
        if (message === null) {
          kept.replace('the broker has cancelled the consumer');
          return;
        }
        const handling = deliver(message, channel, lost).finally(() => underWay.delete(handling));
        underWay.add(handling);
      });
      ({ consumerTag } = consuming);
    },
  });

  async function deliver(message: ConsumeMessage, channel: Channel, lost: AbortSignal): Promise<void> {
    const log = options.log.child({ queue: subscriber.queue, ...descriptionOf(message) });
    try {
      await settle(message, { ...options, log, signal: AbortSignal.any([lost, stopping.signal]) });
      // What was delivered on a channel that is gone will be delivered anew.
      if (!lost.aborted) channel.ack(message);
    } catch (error) {
      if (lost.aborted || stopping.signal.aborted) return;
      log.error({ err: error }, 'an event stays in its queue');
      kept.replace('an event could neither be handled nor be moved');
    }
  }

  async function cancel(): Promise<void> {
    const channel = kept.current();
    if (channel && consumerTag !== undefined) await channel.cancel(consumerTag);
  }

  return {
    purpose,
    isAvailable: () => kept.current() !== undefined,
    async close() {
      await within(
        cancelTimeoutMs,
        cancel().catch(() => undefined),
      ); // a channel that fails in this has no consumer
      stopping.abort();
      await within(finishTimeoutMs, Promise.all(underWay));
      await kept.close();
    },
  };
}
