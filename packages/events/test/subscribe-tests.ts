import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { asAdmin, removeQueues, unique, waitFor, type BrokerTests } from '@kontakt/testing';
import {
  contactCreated,
  contactDeleted,
  contactUpdated,
  createEvent,
  subscribe,
  UnreadableEventError,
  type Subscription,
} from '../src/index.ts';
import { publish, silent } from './publish.ts';

/** Publishes contacts that were created, one for each subject. */
const publishCreated = (url: string, ...subjects: string[]) => publish(url, ...subjects.map(created));

function created(subject: string) {
  return { type: contactCreated.type, content: createEvent(contactCreated, { ...contactCreated.example, subject }) };
}

/** Runs with a queue of its own, and leaves nothing behind. */
async function withQueue(
  url: string,
  work: (queue: string, own: <T extends Subscription>(it: T) => T) => Promise<void>,
) {
  const queue = unique('outside');
  const subscriptions: Subscription[] = [];
  try {
    await work(queue, (it) => {
      subscriptions.push(it);
      return it;
    });
  } finally {
    await Promise.all(subscriptions.map(({ stop }) => stop()));
    await removeQueues(url, queue);
  }
}

/** Waits until the subscription's queue has so many dead letters, and takes them. */
async function takeDeadLetters(url: string, queue: string, count: number) {
  const letters: { reason: unknown; content: string }[] = [];
  await asAdmin(url, async (channel) => {
    const take: Parameters<typeof channel.consume>[1] = (letter) => {
      if (letter) letters.push({ reason: letter.properties.headers?.['x-reason'], content: letter.content.toString() });
    };
    await channel.consume(`${queue}.dead-letters`, take, { noAck: true });
    await waitFor(() => letters.length === count);
  });
  return letters;
}

/** What a consumer outside can count on. */
export function subscribeTests({ test, testWithControl }: BrokerTests): void {
  test('when events come, then those of its types are handled, typed, and acknowledged', ({ url }) =>
    withQueue(url, async (queue, own) => {
      const erased: string[] = [];
      const emails: (string | undefined)[] = [];
      const { stop } = own(
        await subscribe({
          url,
          queue,
          log: silent,
          events: [contactCreated, contactDeleted],
          handler(event) {
            if (event.type === 'contact.deleted.v1') erased.push(event.data.contact.id);
            else emails.push(event.data.contact.email);
          },
        }),
      );
      const updated = { type: contactUpdated.type, content: createEvent(contactUpdated, contactUpdated.example) };
      const later = { ...created('c-1').content, type: 'contact.created.v2' };
      await publish(url, updated, { type: later.type, content: later }, created('c-2'), {
        type: contactDeleted.type,
        content: createEvent(contactDeleted, contactDeleted.example),
      });
      await waitFor(() => erased.length === 1 && emails.length === 1);
      expect(erased).toEqual([contactDeleted.example.data.contact.id]);
      expect(emails).toEqual([contactCreated.example.data.contact.email]);
      await stop();
      const left = await asAdmin(url, (channel) => channel.checkQueue(queue));
      expect(left.messageCount).toBe(0);
      expect((await asAdmin(url, (channel) => channel.checkQueue(`${queue}.dead-letters`))).messageCount).toBe(0);
    }));

  test('when a type is not asked for any more, then what the queue still gets of it is passed over', ({ url }) =>
    withQueue(url, async (queue, own) => {
      const before = { url, queue, log: silent, events: [contactCreated, contactDeleted], handler: () => undefined };
      await own(await subscribe(before)).stop();
      const subjects: string[] = [];
      const handler = ({ subject }: { subject: string }) => subjects.push(subject);
      own(await subscribe({ url, queue, log: silent, events: [contactDeleted], handler }));
      const deleted = createEvent(contactDeleted, { ...contactDeleted.example, subject: 'c-2' });
      await publish(url, created('c-1'), { type: contactDeleted.type, content: deleted });
      await waitFor(() => subjects.includes('c-2'));
      expect(subjects).toEqual(['c-2']);
    }));

  test('when a handler fails, then it is tried again, waited for, or a dead letter with its reason', ({ url }) =>
    withQueue(url, async (queue, own) => {
      const attempts: Record<string, number> = {};
      const outage = new Error('my database is away');
      own(
        await subscribe({
          url,
          queue,
          log: silent,
          retryDelayMs: 5,
          isOutage: (error) => error === outage,
          events: [contactCreated],
          async handler({ subject }) {
            const times = (attempts[subject] = (attempts[subject] ?? 0) + 1);
            await Promise.resolve();
            if (subject === 'twice' && times <= 2) throw new Error('not yet');
            if (subject === 'outage' && times <= 7) throw outage;
            if (subject === 'always') throw new RangeError('out of range');
            if (subject === 'nonsense') throw new UnreadableEventError('a contact of no organisation');
          },
        }),
      );
      await publish(url, { type: contactCreated.type, content: 'unreadable' });
      await publishCreated(url, 'twice', 'outage', 'always', 'nonsense', 'good');
      const letters = await takeDeadLetters(url, queue, 3);
      await waitFor(() => attempts.outage === 8);
      expect(attempts).toEqual({ twice: 3, outage: 8, always: 6, nonsense: 1, good: 1 });
      expect(letters.map(({ reason }) => reason).toSorted()).toEqual([
        'RangeError: out of range',
        'UnreadableEventError: a contact of no organisation',
        'UnreadableEventError: not JSON',
      ]);
      expect(letters.map(({ content }) => content)).toContain('unreadable');
    }));

  test('when it is stopped, then what is under way is finished, and the rest goes to the next', ({ url }) =>
    withQueue(url, async (queue, own) => {
      const taken: string[] = [];
      const finished: string[] = [];
      const first = own(
        await subscribe({
          url,
          queue,
          log: silent,
          prefetch: 2,
          retryDelayMs: 60_000,
          events: [contactCreated],
          async handler({ subject }) {
            taken.push(subject);
            if (subject === 'fails') throw new Error('not yet');
            await sleep(200);
            finished.push(subject);
          },
        }),
      );
      await publishCreated(url, 'fails', 'slow', 'waits');
      await waitFor(() => taken.length === 2);
      await first.stop();
      expect(taken).toEqual(['fails', 'slow']);
      expect(finished).toEqual(['slow']);
      await first.stop(); // once more does no harm

      const next: string[] = [];
      const handler = ({ subject }: { subject: string }) => next.push(subject);
      own(await subscribe({ url, queue, log: silent, events: [contactCreated], handler }));
      await waitFor(() => next.length === 2);
      expect(next.toSorted()).toEqual(['fails', 'waits']);
    }));

  testWithControl('when connections or its queue are lost, then it comes back by itself', ({ url }, control) =>
    withQueue(url, async (queue, own) => {
      const handled: string[] = [];
      const handler = ({ subject }: { subject: string }) => handled.push(subject);
      own(await subscribe({ url, queue, log: silent, events: [contactCreated], handler }));
      const isConsumed = async () => (await asAdmin(url, (channel) => channel.checkQueue(queue))).consumerCount === 1;

      await control.ctl('close_all_connections', 'for a test');
      await publishCreated(url, 'after the connections');
      await waitFor(() => handled.includes('after the connections'));

      await control.ctl('delete_queue', queue);
      await waitFor(isConsumed);
      await publishCreated(url, 'after the queue');
      await waitFor(() => handled.includes('after the queue'));
    }),
  );

  test('when the broker has another queue of that name, then it is said, and nothing is left open', ({ url }) =>
    withQueue(url, async (queue) => {
      const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
      const before = sockets();
      await asAdmin(url, (channel) => channel.assertQueue(queue, { durable: true }));
      const options = { url, queue, log: silent, events: [contactCreated], handler: () => undefined };
      await expect(subscribe(options)).rejects.toThrow(
        `RabbitMQ has another queue ${queue} than this program declares`,
      );
      await waitFor(() => sockets() === before);
    }));
}
