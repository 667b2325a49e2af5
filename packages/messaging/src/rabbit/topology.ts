import { eventsExchange } from '@kontakt/events';
import { StartError } from '@kontakt/service-kit';
import type { Channel } from 'amqplib';
import type { Subscriber } from '../transport.ts';

export const deadLetterExchange = 'contacts.dead-letters';
export const deadLetterQueue = (queue: string): string => `${queue}.dead-letters`;

const deliveryLimit = 20;
const deadLetterLifetimeMs = 7 * 24 * 3600 * 1000;

/** The broker has an exchange or a queue of this name that is another. Only a person can say which is right. */
export class DeclaredOtherwiseError extends StartError {
  override name = 'DeclaredOtherwiseError';
}

/**
 * Declares what is published to.
 * @throws DeclaredOtherwiseError
 */
export async function declareExchanges(channel: Channel): Promise<void> {
  await declare(`exchange ${eventsExchange}`, () => channel.assertExchange(eventsExchange, 'topic', { durable: true }));
  await declare(`exchange ${deadLetterExchange}`, () =>
    channel.assertExchange(deadLetterExchange, 'direct', { durable: true }),
  );
}

/**
 * Declares a subscriber's queue, bound for each of its types, and the queue of its dead letters.
 * @throws DeclaredOtherwiseError
 */
export async function declareQueues(channel: Channel, { queue, types }: Subscriber): Promise<void> {
  const deadLetters = deadLetterQueue(queue);
  await declare(`queue ${deadLetters}`, () =>
    channel.assertQueue(deadLetters, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-message-ttl': deadLetterLifetimeMs },
    }),
  );
  await channel.bindQueue(deadLetters, deadLetterExchange, queue);

  await declare(`queue ${queue}`, () =>
    channel.assertQueue(queue, {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': deliveryLimit, // RabbitMQ 3 has none by itself
        'x-dead-letter-exchange': deadLetterExchange,
        'x-dead-letter-routing-key': queue,
        // What the broker itself gives up on is kept until the dead letters have it; that needs the overflow.
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    }),
  );
  for (const type of types) await channel.bindQueue(queue, eventsExchange, type);
}

async function declare(what: string, assert: () => Promise<unknown>): Promise<void> {
  try {
    await assert();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 406)) throw error;
    const difference = /PRECONDITION_FAILED - ([^"]*)/.exec(error.message)?.[1] ?? error.message;
    throw new DeclaredOtherwiseError(`RabbitMQ has another ${what} than this service declares: ${difference}`, {
      cause: error,
    });
  }
}
