import { never, type Clock, type Stamp } from '@kontakt/convergence';
import { parseEvent, type CloudEvent, type EventDefinition } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';

/** What a service does when events of one type come. */
export interface Subscription {
  type: string;
  stamps: (event: CloudEvent) => Stamp[];
  apply: (tx: Transaction, events: CloudEvent[]) => void | Promise<void>;
}

/** Ties an event of the catalogue to the operation that applies it, to one or many together. */
export function on<T>(
  event: EventDefinition<T>,
  apply: (tx: Transaction, data: T[]) => void | Promise<void>,
): Subscription {
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
  transaction: <T>(operation: (tx: Transaction) => Promise<T>) => Promise<T>;
}

/** So many are applied together at most: others wait for what they lock. */
const maxBatch = 200;
/** So many transactions are under way: while one waits for the disk, another works. */
const maxTransactions = 2;

/** What came, and whoever waits until it is handled. */
interface Received {
  content: string;
  handled: PromiseWithResolvers<void>;
}

interface Change extends Omit<Received, 'content'> {
  subscription: Subscription;
  event: CloudEvent;
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
      const changes = waiting.splice(0, maxBatch).flatMap(read);
      const byOperation = Map.groupBy(changes, ({ subscription }) => subscription);
      for (const [subscription, those] of byOperation) await applyTogether(subscription, those);
    }
    working -= 1;
  }

  /** As late as this: what waits as text and not as objects costs the garbage collector little. */
  function read({ content, handled }: Received): Change[] {
    try {
      const event = parseEvent(content);
      const subscription = byType.get(event.type);
      if (subscription) {
        // The newest stands for all: stamps sort as text.
        clock.observe(subscription.stamps(event).reduce((newest, stamp) => (stamp > newest ? stamp : newest), never));
        return [{ subscription, event, handled }];
      }
      handled.resolve();
    } catch (error) {
      handled.reject(error);
    }
    return [];
  }

  async function applyTogether(subscription: Subscription, changes: Change[]): Promise<void> {
    try {
      const events = changes.map(({ event }) => event);
      await transaction(async (tx) => {
        await subscription.apply(tx, events);
      });
      for (const { handled } of changes) handled.resolve();
    } catch (error) {
      const [first, ...others] = changes;
      if (others.length === 0) first?.handled.reject(error);
      // By itself, each may be well; and one after the other they leave the pool's connections to requests.
      else for (const one of changes) await applyTogether(subscription, [one]);
    }
  }

  return (content: string): Promise<void> => {
    const handled: Received['handled'] = Promise.withResolvers();
    waiting.push({ content, handled });
    if (working < maxTransactions) void work();
    return handled.promise;
  };
}
