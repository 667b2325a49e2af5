import type { Channel, ChannelModel } from 'amqplib';
import { DeclaredOtherwiseError } from './errors.ts';

/** The names of the exchanges that all publishers and consumers of a stream share. */
export interface Exchanges {
  /** The topic exchange that everything is published to. */
  topic: string;
  /** The direct exchange that leads to the dead letters of each queue. */
  deadLetters: string;
}

/** A queue, and what reaches it. */
export interface Source {
  exchanges: Exchanges;
  /** The durable name under which undelivered messages are kept. */
  queue: string;
  routingKeys: string[];
}

export const deadLetterQueue = (queue: string): string => `${queue}.dead-letters`;

const deliveryLimit = 20;
/** To look at dead letters counts as a delivery of each, and RabbitMQ 4 drops what has had 20 unless told otherwise. */
const deadLetterDeliveryLimit = 1_000_000_000;
const deadLetterLifetimeMs = 7 * 24 * 3600 * 1000;

/**
 * Declares what is published to.
 * @throws DeclaredOtherwiseError
 */
export async function declareExchanges(channel: Channel, { topic, deadLetters }: Exchanges): Promise<void> {
  const remedy = 'delete it, and it is made anew';
  await declare(`exchange ${topic}`, remedy, () => channel.assertExchange(topic, 'topic', { durable: true }));
  await declare(`exchange ${deadLetters}`, remedy, () =>
    channel.assertExchange(deadLetters, 'direct', { durable: true }),
  );
}

/**
 * Declares a queue, bound for each of its routing keys, and the queue of its dead letters.
 * @throws DeclaredOtherwiseError
 */
export async function declareQueues(channel: Channel, { exchanges, queue, routingKeys }: Source): Promise<void> {
  const deadLetters = deadLetterQueue(queue);
  await declare(`queue ${deadLetters}`, 'replay or drop what is in it, delete it, and it is made anew', () =>
    channel.assertQueue(deadLetters, {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': deadLetterDeliveryLimit,
        'x-message-ttl': deadLetterLifetimeMs,
      },
    }),
  );
  await channel.bindQueue(deadLetters, exchanges.deadLetters, queue);

  await declare(`queue ${queue}`, 'let it run empty, delete it, and it is made anew', () =>
    channel.assertQueue(queue, {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': deliveryLimit, // RabbitMQ 3 has none by itself
        'x-dead-letter-exchange': exchanges.deadLetters,
        'x-dead-letter-routing-key': queue,
        // What the broker itself gives up on is kept until the dead letters have it; that needs the overflow.
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    }),
  );
  for (const routingKey of routingKeys) await channel.bindQueue(queue, exchanges.topic, routingKey);
}

/** Declares those that are not there. What is there, however it was declared, is its consumer's business. */
export async function declareMissingQueues(connection: ChannelModel, sources: Source[]): Promise<void> {
  for (const source of sources) {
    // A question for what is missing ends its channel.
    const asking = await connection.createChannel();
    asking.on('error', () => undefined);
    const isThere = await asking.checkQueue(source.queue).then(
      () => true,
      () => false,
    );
    if (isThere) {
      await asking.close();
      continue;
    }
    const channel = await connection.createChannel();
    channel.on('error', () => undefined); // what is refused says so itself
    await declareQueues(channel, source);
    await channel.close();
  }
}

/** @param remedy what a person can do about one that is another. */
async function declare(what: string, remedy: string, assert: () => Promise<unknown>): Promise<void> {
  try {
    await assert();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 406)) throw error;
    const difference = /PRECONDITION_FAILED - ([^"]*)/.exec(error.message)?.[1] ?? error.message;
    throw new DeclaredOtherwiseError(
      `RabbitMQ has another ${what} than this program declares: ${difference}. If it is not needed as it is: ${remedy}.`,
      { cause: error },
    );
  }
}
