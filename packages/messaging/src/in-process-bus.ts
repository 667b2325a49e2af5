import { isDatabaseUnavailable } from '@kontakt/service-kit';
import { TransportUnavailableError, type Subscriber, type Transport } from './transport.ts';

/**
 * The transport of services that run in one process without a broker. Publishing resolves when every subscriber has
 * committed; until then the event stays in the outbox of its producer, which so does what a broker's queue would. Before
 * all have subscribed it takes nothing: what was left from before a restart would miss those who begin later.
 * @param queues of all who will subscribe.
 */
export function createInProcessBus({ queues }: { queues: string[] }): Transport {
  const subscribers: Subscriber[] = [];
  let closed = false;
  return {
    async publish(event, { content = JSON.stringify(event) } = {}) {
      if (closed) throw new TransportUnavailableError('the services stop');
      const missing = queues.filter((name) => !subscribers.some(({ queue }) => queue === name));
      if (missing.length > 0) throw new TransportUnavailableError(`not subscribed yet: ${missing.join(', ')}`);
      const concerned = subscribers.filter(({ types }) => types.includes(event.type));
      const results = await Promise.allSettled(concerned.map(({ handle }) => handle(content)));
      const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      if (failures.length === 0) return;
      if (failures.every(isDatabaseUnavailable)) {
        throw new TransportUnavailableError('a subscriber has no database just now', { cause: failures[0] });
      }
      throw failures[0];
    },
    subscribe(subscriber) {
      subscribers.push(subscriber);
      return Promise.resolve();
    },
    check() {
      return Promise.resolve();
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}
