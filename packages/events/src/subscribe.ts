import { Console } from 'node:console';
import { startConsumer, startPublisher, type Log } from '@kontakt/rabbitmq';
import Joi from 'joi';
import { catalogue, exchanges } from './catalogue.ts';
import type { EventDefinition } from './define-event.ts';
import type { CloudEvent } from './envelope.ts';
import { parseEvent, UnreadableEventError } from './parse-event.ts';

type Definition = (typeof catalogue)[number];

/** What is received of these definitions: a union that its `type` tells apart. */
export type EventOf<D> = D extends EventDefinition<infer Data, infer Type> ? CloudEvent<Data, Type> : never;

interface SubscribeOptions<D extends Definition> {
  /** amqp: or amqps:, with user, password and virtual host. */
  url: string;
  /** The durable name under which your undelivered events are kept; all instances of one consumer share it. */
  queue: string;
  events: readonly D[];
  /**
   * Handles an event, at least once; it is done when what this answers has resolved. What it throws is tried again; an
   * UnreadableEventError makes the event a dead letter at once.
   */
  handler: (event: EventOf<D>) => unknown;
  /** Whether an error is not the event's fault, as when your database is away: the event waits, however long it takes. */
  isOutage?: (error: Error) => boolean;
  /** How many events are handled at a time; 10 by default. */
  prefetch?: number;
  /** Before the first of five repetitions; it doubles from one to the next. A second by default, so half a minute in all. */
  retryDelayMs?: number;
  /** A pino logger or the like. By default warnings and errors go to standard error. */
  log?: Log;
}

export interface Subscription {
  /** Takes nothing more, and resolves when what is under way is done, at most ten seconds later. */
  stop: () => Promise<void>;
}

const confirmTimeoutMs = 10_000;
const standardError = new Console(process.stderr);
const onlyTrouble: Log = {
  info: () => undefined,
  warn: (fields, message) => {
    standardError.warn(message, fields);
  },
  error: (fields, message) => {
    standardError.error(message, fields);
  },
};

const optionsSchema = Joi.object({
  url: Joi.string()
    .uri({ scheme: ['amqp', 'amqps'] })
    .required(),
  queue: Joi.string()
    .max(200)
    .pattern(/^amq\.|\.dead-letters$|^\s|\s$/, { invert: true, name: 'of a reserved name' })
    .invalid(...catalogue.map(({ producer }) => producer))
    .required()
    .messages({ 'any.invalid': '{{#label}} is the queue of a service, which would miss the events that you take' }),
  events: Joi.array()
    .items(Joi.object({ type: Joi.valid(...catalogue.map(({ type }) => type)).required() }).unknown())
    .min(1)
    .required(),
  handler: Joi.function().required(),
  isOutage: Joi.function(),
  prefetch: Joi.number().integer().min(1).max(65_535),
  retryDelayMs: Joi.number().integer().min(1),
  log: Joi.object(),
});

/**
 * Receives events of the catalogue from RabbitMQ, for consumers outside. The queue is durable and replicated, and is
 * made when it is not there; what cannot be read, or fails again and again, goes to its dead letters. A broker that is
 * away, at the start or later, is waited for.
 * @throws TypeError for options that are wrong; DeclaredOtherwiseError when the broker has another queue of that name.
 */
export async function subscribe<const D extends Definition>(options: SubscribeOptions<D>): Promise<Subscription> {
  const { error } = optionsSchema.validate(options, { abortEarly: false, convert: false });
  if (error) throw new TypeError(`subscribe: ${error.message}`);
  const { url, queue, events, handler, isOutage, prefetch = 10, retryDelayMs = 1_000, log = onlyTrouble } = options;

  const purpose = `${queue}: dead letters`;
  const publisher = await startPublisher({ url, purpose, exchanges, log, confirmTimeoutMs });
  const consumer = await startConsumer({
    url,
    purpose: `${queue}: consume`,
    source: { exchanges, queue, routingKeys: events.map(({ type }) => type) },
    async handle(content) {
      const event = parseEvent(content);
      // A queue stays bound for what an earlier version of its consumer asked for.
      if (isOneOf(events, event)) await handler(event);
    },
    meaningOf: (failure) => {
      if (failure instanceof UnreadableEventError) return 'give-up';
      return isOutage?.(failure) === true ? 'wait' : 'retry';
    },
    publisher,
    log,
    prefetch,
    retryDelayMs,
  }).catch(async (failure: unknown) => {
    await publisher.close();
    throw failure;
  });

  return {
    async stop() {
      await consumer.close();
      await publisher.close();
    },
  };
}

/** parseEvent has checked the data against the definition of the type. */
function isOneOf<D extends Definition>(definitions: readonly D[], event: CloudEvent): event is EventOf<D> {
  return definitions.some(({ type }) => type === event.type);
}
