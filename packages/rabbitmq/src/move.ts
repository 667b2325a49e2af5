import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import { RabbitUnavailableError } from './errors.ts';
import type { Publisher } from './publisher.ts';

const maxDelayMs = 30_000;

export interface MoveOptions {
  publisher: Pick<Publisher, 'publish'>;
  /** Says what went wrong with the message. */
  tell: (level: 'warn' | 'error', error: unknown, what: string) => void;
  /** Before the first repetition of what went wrong; it grows from one to the next. */
  retryDelayMs: number;
  /** Ends the waiting, when the message will be delivered anew. */
  signal: AbortSignal;
}

interface Destination {
  exchange: string;
  routingKey: string;
  headers?: Record<string, string>;
}

/**
 * Publishes a message that has been received once more, elsewhere; waits while the broker takes nothing.
 * @throws when nobody would get it.
 */
export async function move(message: ConsumeMessage, destination: Destination, options: MoveOptions): Promise<void> {
  const { exchange, routingKey, headers = {} } = destination;
  const { publisher, tell, retryDelayMs, signal } = options;
  const properties = { ...descriptionOf(message), headers };
  for (let attempt = 1; ; attempt++) {
    try {
      await publisher.publish({ exchange, routingKey, content: message.content, mandatory: true, properties });
      return;
    } catch (error) {
      if (!(error instanceof RabbitUnavailableError)) throw error;
      if (attempt === 1) tell('warn', error, 'a message waits for the broker to take it back');
    }
    await sleep(growingDelay(retryDelayMs, attempt), undefined, { signal });
  }
}

/** What a message says about itself. Its other properties, such as an expiry or another user, must not go with it. */
export function descriptionOf(message: { properties: object }): Record<string, string | number> {
  const properties: Record<string, unknown> = { ...message.properties };
  const known = ['messageId', 'type', 'contentType', 'timestamp'].map((name) => [name, properties[name]] as const);
  return Object.fromEntries(known.filter(isText));
}

function isText(entry: readonly [string, unknown]): entry is [string, string | number] {
  return ['string', 'number'].includes(typeof entry[1]);
}

/** Doubles with each attempt, with a bit of chance, so that not everything comes at once. */
export function growingDelay(firstMs: number, attempt: number): number {
  return Math.min(firstMs * 2 ** (attempt - 1), maxDelayMs) * (0.5 + Math.random());
}
