import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import { growingDelay, move, type MoveOptions } from './move.ts';
import type { Source } from './topology.ts';

/** How often is tried again what may pass; with a first delay of 200 ms it takes about six seconds. */
const maxRetries = 5;
/** RabbitMQ closes a channel that keeps a message for 30 minutes, and counts that against the message. */
const maxHoldMs = 10 * 60_000;
const maxReasonLength = 500;

/**
 * What a failure means for its message: `wait`, it is not the message's fault and will pass, however long it takes;
 * `retry`, it may pass; `give-up`, no repetition can mend it.
 */
export type FailureMeaning = 'wait' | 'retry' | 'give-up';

export interface DeliveryOptions extends MoveOptions {
  source: Source;
  /** Handles a message's content, at least once. */
  handle: (content: string) => Promise<void>;
  meaningOf: (error: Error) => FailureMeaning;
}

/**
 * Handles a message until there is nothing more to do with it: then it may be acknowledged. What no repetition can
 * mend, or what goes wrong again and again, becomes a dead letter.
 * @throws when the message must stay.
 */
export async function settle(message: ConsumeMessage, options: DeliveryOptions): Promise<void> {
  const { source, handle, meaningOf, tell, retryDelayMs, signal } = options;
  const received = Date.now();
  let failures = 0;
  for (let attempt = 1; ; attempt++) {
    const error = await failureOf(() => handle(message.content.toString()));
    if (error === undefined) return;
    signal.throwIfAborted();

    const meaning = meaningOf(error);
    if (meaning === 'wait') {
      if (attempt === 1) tell('warn', error, 'a message waits until it can be handled');
      // As a new message it is at the end of its queue, and nobody has counted its deliveries.
      if (Date.now() - received > maxHoldMs) return move(message, { exchange: '', routingKey: source.queue }, options);
    } else {
      failures += 1;
      if (meaning === 'give-up' || failures > maxRetries) return moveToDeadLetters(message, error, options);
      tell('warn', error, 'a message could not be handled; trying again');
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

function moveToDeadLetters(message: ConsumeMessage, error: Error, options: DeliveryOptions): Promise<void> {
  const { exchanges, queue } = options.source;
  options.tell('error', error, 'a message becomes a dead letter');
  const headers = {
    'x-reason': `${error.name}: ${error.message}`.slice(0, maxReasonLength),
    'x-routing-key': message.fields.routingKey,
  };
  return move(message, { exchange: exchanges.deadLetters, routingKey: queue, headers }, options);
}
