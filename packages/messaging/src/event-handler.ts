import type { Clock, Stamp } from '@kontakt/convergence';
import { parseEvent, type CloudEvent, type EventDefinition } from '@kontakt/events';

/** What a service does when an event of one type comes. */
export interface Subscription<Tx> {
  type: string;
  stamps: (event: CloudEvent) => Stamp[];
  apply: (tx: Tx, event: CloudEvent) => Promise<void>;
}

/** Ties an event of the catalogue to the operation that applies it. */
export function on<Tx, T>(event: EventDefinition<T>, apply: (tx: Tx, data: T) => Promise<void>): Subscription<Tx> {
  // parseEvent has checked the data against this very definition.
  const dataOf = ({ data }: CloudEvent) => data as T;
  return {
    type: event.type,
    stamps: (received) => event.stamps(dataOf(received)),
    apply: (tx, received) => apply(tx, dataOf(received)),
  };
}

interface HandlerOptions<Tx> {
  subscriptions: Subscription<Tx>[];
  clock: Clock;
  transaction: <T>(operation: (tx: Tx) => Promise<T>) => Promise<T>;
}

/**
 * From an event as it was published to a committed transaction.
 * @throws UnreadableEventError; StampAheadError, and then the clock has not moved; what the operation throws.
 */
export function createEventHandler<Tx>({ subscriptions, clock, transaction }: HandlerOptions<Tx>) {
  const byType = new Map(subscriptions.map((subscription) => [subscription.type, subscription]));
  return async (content: string): Promise<void> => {
    const event = parseEvent(content);
    const subscription = byType.get(event.type);
    if (!subscription) return;
    for (const stamp of subscription.stamps(event)) clock.observe(stamp);
    await transaction((tx) => subscription.apply(tx, event));
  };
}
