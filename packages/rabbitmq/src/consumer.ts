import type { ConsumeMessage } from 'amqplib';
import { createAcknowledgements, type Acknowledgements } from './acknowledge.ts';
import { settle, type DeliveryOptions } from './delivery.ts';
import { keepChannel } from './keep-channel.ts';
import type { Log } from './log.ts';
import { descriptionOf } from './move.ts';
import { declareExchanges, declareQueues } from './topology.ts';
import { within } from './within.ts';

const cancelTimeoutMs = 1_000;
const finishTimeoutMs = 10_000;

/** The publisher takes what becomes a dead letter. */
interface ConsumerOptions extends Omit<DeliveryOptions, 'tell' | 'signal'> {
  url: string;
  /** What the connection is for, in the log and in the broker's list of connections. */
  purpose: string;
  log: Log;
  /** How many messages are handled at a time. */
  prefetch: number;
}

/** What messages of one channel have in common. */
interface Delivering {
  acknowledgements: Acknowledgements;
  /** Aborted when the channel is lost, or the consumer stops. */
  signal: AbortSignal;
}

export interface Consumer {
  purpose: string;
  isAvailable: () => boolean;
  /** Takes nothing more, and resolves when what is under way is done, at most ten seconds later. */
  close: () => Promise<void>;
}

/**
 * Delivers the messages of a queue, several at a time, for ever: the queue is declared, and consumed, again whenever
 * connection, channel or consumer was lost. Does not wait for a broker that is away.
 * @throws DeclaredOtherwiseError
 */
export async function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const { url, purpose, source, log, prefetch } = options;
  const stopping = new AbortController();
  // A number. In a set, each delivery would be kept until a full collection: when its table is replaced by the next, the
  // old one keeps what is in it, and points to the next.
  let underWay = 0;
  let done = Promise.withResolvers<undefined>();
  let consumerTag: string | undefined;
  let acknowledgements: Acknowledgements | undefined;

  const kept = await keepChannel({
    url,
    purpose,
    log,
    create: (connection) => connection.createChannel(),
    setUp: async (channel, lost) => {
      await declareExchanges(channel, source.exchanges);
      await declareQueues(channel, source);
      await channel.prefetch(prefetch);
      const delivering = {
        acknowledgements: createAcknowledgements(channel, { prefetch, lost }),
        signal: AbortSignal.any([lost, stopping.signal]),
      };
      ({ acknowledgements } = delivering);
      // A connection that is lost while what is under way is finished is opened again, but not to take more.
      if (stopping.signal.aborted) return;
      const consuming = await channel.consume(source.queue, (message) => {
        if (message === null) {
          kept.replace('the broker has cancelled the consumer');
          return;
        }
        underWay += 1;
        void deliver(message, delivering).then(() => {
          underWay -= 1;
          if (underWay === 0) done.resolve(undefined);
        });
      });
      ({ consumerTag } = consuming);
    },
  });

  async function deliver(message: ConsumeMessage, { acknowledgements, signal }: Delivering): Promise<void> {
    const tell: DeliveryOptions['tell'] = (level, err, what) => {
      log[level]({ queue: source.queue, ...descriptionOf(message), err }, what);
    };
    acknowledgements.begin(message);
    try {
      await settle(message, { ...options, tell, signal });
      acknowledgements.done(message);
    } catch (error) {
      if (signal.aborted) return;
      tell('error', error, 'a message stays in its queue');
      kept.replace('a message could neither be handled nor be moved');
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
      done = Promise.withResolvers();
      if (underWay > 0) await within(finishTimeoutMs, done.promise);
      acknowledgements?.flush();
      await kept.close();
    },
  };
}
