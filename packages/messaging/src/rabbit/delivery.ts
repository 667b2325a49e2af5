import { setTimeout as sleep } from 'node:timers/promises';
import { StampAheadError } from '@kontakt/convergence';
import { UnreadableEventError } from '@kontakt/events';
import { isDatabaseUnavailable } from '@kontakt/service-kit';
import type { ConsumeMessage } from 'amqplib';
import type { Subscriber } from '../transport.ts';
import { growingDelay, move, type MoveOptions } from './move.ts';
import { deadLetterExchange } from './topology.ts';

/** How often is tried again what may pass; it takes about six seconds with the usual first delay. */
const maxRetries = 5;
/** RabbitMQ closes a channel that keeps a message for 30 minutes, and counts that against the message. */
const maxHoldMs = 10 * 60_000;
const maxReasonLength = 500;

interface DeliveryOptions extends MoveOptions {
  subscriber: Subscriber;
}

/**
 * Handles a message until there is nothing more to do with it: then it may be acknowledged. What no repetition can
 * mend, or what goes wrong again and again, becomes a dead letter. Trouble with the database is not the event's fault,
 * and is waited out, however long it takes.
 * @throws when the message must stay.
 */
export async function settle(message: ConsumeMessage, options: DeliveryOptions): Promise<void> {
  const { subscriber, log, retryDelayMs, signal } = options;
  const received = Date.now();
  let failures = 0;
  for (let attempt = 1; ; attempt++) {
    const error = await failureOf(() => subscriber.handle(message.content.toString()));
    if (error === undefined) return;
    signal.throwIfAborted();

    if (isDatabaseUnavailable(error)) {
      if (attempt === 1) log.warn({ err: error }, 'an event waits for the database');
      // As a new message it is at the end of its queue, and nobody has counted its deliveries.
      if (Date.now() - received > maxHoldMs)
        return move(message, { exchange: '', routingKey: subscriber.queue }, options);
    } else {
      failures += 1;
      if (isHopeless(error) || failures > maxRetries) return moveToDeadLetters(message, error, options);
      log.warn({ err: error, attempt }, 'an event could not be handled; trying again');
    }
    await sleep(growingDelay(retryDelayMs, attempt), undefined, { signal });
  }
}

async function failureOf(handle: () => Promise<void>): Promise<Error | undefined> {
  try {
    await handle();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isHopeless(error: Error): boolean {
  return error instanceof UnreadableEventError || error instanceof StampAheadError;
}

function moveToDeadLetters(message: ConsumeMessage, error: Error, options: DeliveryOptions): Promise<void> {
  options.log.error({ err: error }, 'an event becomes a dead letter');
  const headers = {
    'x-reason': `${error.name}: ${error.message}`.slice(0, maxReasonLength),
    'x-routing-key': message.fields.routingKey,
  };
  return move(message, { exchange: deadLetterExchange, routingKey: options.subscriber.queue, headers }, options);
}
