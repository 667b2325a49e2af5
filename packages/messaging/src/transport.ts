import type { CloudEvent } from '@kontakt/events';

/** The way of an event from the service that publishes it to those that subscribe. */
export interface Transport {
  /**
   * Resolves when the event is safe: no crash of ours can lose it any more.
   * @throws TransportUnavailableError when the transport, not the event, is the trouble; NobodyListensError.
   */
  publish(event: CloudEvent, how?: PublishOptions): Promise<void>;
  /** Begins to deliver. What is published before a queue was first declared is not kept for it; a resync brings it. */
  subscribe(subscriber: Subscriber): Promise<void>;
  /** @throws while it can neither publish nor deliver. */
  check(): Promise<void>;
  /** Takes no more deliveries, and resolves when those under way are done. */
  close(): Promise<void>;
}

export interface PublishOptions {
  /** One queue, instead of all that subscribe. */
  queue?: string | undefined;
  /** The event as text, where that is there already. */
  content?: string;
}

export interface Subscriber {
  /** The durable name under which undelivered events are kept. */
  queue: string;
  /** Event types, with their version. */
  types: string[];
  /**
   * Handles an event as it was published, at least once.
   * @throws UnreadableEventError for what no repetition can mend; any other error may pass.
   */
  handle: (content: string) => Promise<void>;
}

/** The broker is away, blocked or too slow. What could not be published now can be later, unchanged. */
export class TransportUnavailableError extends Error {
  override name = 'TransportUnavailableError';
}

/** Nobody subscribes to this event. Somebody may later, and until then it is kept by whoever published it. */
export class NobodyListensError extends Error {
  override name = 'NobodyListensError';
}
