import type { Clock, Stamp } from '@kontakt/convergence';
import { parseEvent, type CloudEvent, type EventDefinition } from '@kontakt/events';
import type { Queries } from '@kontakt/service-kit';

/** What a service does when events of one type come. */
export interface Subscription {
  type: string;
  stamps: (event: CloudEvent) => Stamp[];
  apply: (tx: Queries, events: CloudEvent[]) => Promise<void>;
}

/** Ties an event of the catalogue to the operation that applies it, to one or many together. */
export function on<T>(event: EventDefinition<T>, apply: (tx: Queries, data: T[]) => Promise<void>): Subscription {
  // parseEvent has checked the data against this very definition.
  const dataOf = ({ data }: CloudEvent) => data as T;
  return {
    type: event.type,
    stamps: (received) => event.stamps(dataOf(received)),
    apply: (tx, received) => apply(tx, received.map(dataOf)),
  };
}

interface HandlerOptions {
  subscriptions: Subscription[];
  clock: Clock;
  transaction: <T>(operation: (tx: Queries) => Promise<T>) => Promise<T>;
}

/** So many are applied together at most: others wait for what they lock. */
const maxBatch = 200;
/** So many transactions are under way: while one waits for the disk, another works. */
const maxTransactions = 2;

/** An event that came, and whoever waits for its commit. */
interface Received {
  subscription: Subscription;
  event: CloudEvent;
  committed: PromiseWithResolvers<void>;
}

/**
 * From an event as it was published to a committed transaction. What comes while one is under way goes into the next
 * together: the more there is to do, the fewer transactions it takes.
 * @throws UnreadableEventError; StampAheadError, and then the clock has not moved; what the operation throws.
 */
export function createEventHandler({ subscriptions, clock, transaction }: HandlerOptions) {
  const byType = new Map(subscriptions.map((subscription) => [subscription.type, subscription]));
  const waiting: Received[] = [];
  let working = 0;

  async function work(): Promise<void> {
    working += 1;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxBatch);
      const byOperation = Map.groupBy(batch, ({ subscription }) => subscription);
      for (const [subscription, received] of byOperation) await applyTogether(subscription, received);
    }
    working -= 1;
  }

  async function applyTogether(subscription: Subscription, batch: Received[]): Promise<void> {
    try {
      const events = batch.map(({ event }) => event);
      await transaction((tx) => subscription.apply(tx, events));
      for (const { committed } of batch) committed.resolve();
    } catch (error) {
      const [first, ...others] = batch;
      if (others.length === 0) first?.committed.reject(error);
      // By itself, each may be well; and one after the other they leave the pool's connections to requests.
      else for (const one of batch) await applyTogether(subscription, [one]);
    }
  }

  return async (content: string): Promise<void> => {
    const event = parseEvent(content);
    const subscription = byType.get(event.type);
    if (!subscription) return;
    for (const stamp of subscription.stamps(event)) clock.observe(stamp);
    const committed: Received['committed'] = Promise.withResolvers();
    waiting.push({ subscription, event, committed });
    if (working < maxTransactions) void work();
    await committed.promise;
  };
}
