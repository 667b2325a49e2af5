import { expect } from '@jest/globals';
import { UnreadableEventError } from '@kontakt/events';
import { StampAheadError } from '@kontakt/convergence';
import { asAdmin, removeQueues, unique, waitFor, type BrokerTests } from '@kontakt/testing';
import type { Message } from 'amqplib';
import { closeAll, collect, connectForTest, eventOf } from './rabbit-support.ts';

const noDatabase = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** What it does while nothing is wrong with the broker. */
export function everydayTests({ test }: BrokerTests): void {
  test('when a service subscribes, then its queue and its dead letters are durable, replicated and limited', async ({
    url,
  }) => {
    const queue = unique('queue');
    const transport = await connectForTest(url);
    await collect(transport, { queue, types: [unique('type')] });
    await collect(await connectForTest(url), { queue, types: [unique('type')] }); // as do several instances

    // A declaration that differs in anything would be refused.
    await asAdmin(url, async (channel) => {
      await channel.assertExchange('contacts.events', 'topic', { durable: true });
      await channel.assertExchange('contacts.dead-letters', 'direct', { durable: true });
      const deadLetters = {
        'x-queue-type': 'quorum',
        'x-delivery-limit': 1_000_000_000,
        'x-message-ttl': 604_800_000,
      };
      await channel.assertQueue(`${queue}.dead-letters`, { durable: true, arguments: deadLetters });
      await channel.assertQueue(queue, {
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
          'x-delivery-limit': 20,
          'x-dead-letter-exchange': 'contacts.dead-letters',
          'x-dead-letter-routing-key': queue,
          'x-dead-letter-strategy': 'at-least-once',
          'x-overflow': 'reject-publish',
        },
      });
    });
    await expect(transport.check()).resolves.toBeUndefined();
    await closeAll();
    await removeQueues(url, queue);
  });

  test('when a service has never run, then what others publish waits for it, however its queue was made', async ({
    url,
  }) => {
    const [late, own, type] = [unique('late'), unique('own'), unique('type')];
    await asAdmin(url, (channel) => channel.assertQueue(own, { durable: false })); // not as we would
    const queues = [
      { queue: own, types: [] },
      { queue: late, types: [type] },
    ];
    const transport = await connectForTest(url, { queues });
    const event = eventOf(type);
    await transport.publish(event);
    const received = await collect(transport, { queue: late, types: [type] });
    await waitFor(() => received.length === 1);
    expect(received).toEqual([event.id]);
    await closeAll();
    await removeQueues(url, late, own);
  });

  test('when events are published, then each subscriber gets those of its types, as they were', async ({ url }) => {
    const [first, second, raw, a, b] = [unique('first'), unique('second'), unique('raw'), unique('a'), unique('b')];
    const transport = await connectForTest(url);
    const onlyA = await collect(transport, { queue: first, types: [a] });
    const both = await collect(transport, { queue: second, types: [a, b] });
    await asAdmin(url, async (channel) => {
      await channel.assertQueue(raw, { durable: true, arguments: { 'x-expires': 60_000 } });
      await channel.bindQueue(raw, 'contacts.events', b);
    });

    const events = Array.from({ length: 2_500 }, (_, i) => eventOf(i % 2 === 0 ? a : b, { name: `Zoë ${i}` }));
    await Promise.all(events.map((event) => transport.publish(event)));
    await waitFor(() => onlyA.length === 1_250 && both.length === 2_500, { timeoutMs: 10_000 });
    expect(both.toSorted()).toEqual(events.map(({ id }) => id).toSorted());

    const message = await asAdmin(url, (channel) => channel.get(raw, { noAck: true }));
    expect(JSON.parse(String(message && message.content))).toEqual(events[1]);
    expect(message && message.properties).toMatchObject({
      messageId: events[1]?.id,
      type: b,
      contentType: 'application/cloudevents+json',
      deliveryMode: 2,
      timestamp: Date.parse('2026-01-02T03:04:05Z') / 1000,
    });
    await closeAll();
    await removeQueues(url, first, second);
  });

  test('when nobody has subscribed to an event, then it is not taken, and its neighbours are', async ({ url }) => {
    const [queue, wanted, unwanted] = [unique('queue'), unique('wanted'), unique('unwanted')];
    const transport = await connectForTest(url);
    const handled = await collect(transport, { queue, types: [wanted] });
    const events = [eventOf(unwanted), eventOf(wanted), eventOf(unwanted), eventOf(wanted)];
    const results = await Promise.allSettled(events.map((event) => transport.publish(event)));

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    const reason: unknown = results[0]?.status === 'rejected' ? results[0].reason : undefined;
    expect(String(reason)).toBe(`NobodyListensError: no queue is bound to contacts.events for ${unwanted}`);
    await waitFor(() => handled.length === 2);
    await closeAll();
    await removeQueues(url, queue);
  });

  test('when an event is poison, then it becomes a dead letter with the reason, and others go on or wait', async ({
    url,
  }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const transport = await connectForTest(url);
    const attempts = new Map<unknown, number>();
    const handle = (content: string): Promise<void> => {
      const { data } = JSON.parse(content) as { data: unknown };
      const times = (attempts.get(data) ?? 0) + 1;
      attempts.set(data, times);
      if (data === 'unreadable') return Promise.reject(new UnreadableEventError('no such thing'));
      if (data === 'ahead') return Promise.reject(new StampAheadError('too far'));
      if (data === 'bug') return Promise.reject(new TypeError('x is undefined'));
      return data === 'waits' && times <= 7 ? Promise.reject(noDatabase) : Promise.resolve();
    };
    await transport.subscribe({ queue, types: [type], handle });
    for (const data of ['unreadable', 'ahead', 'bug', 'waits', 'good']) await transport.publish(eventOf(type, data));

    const letters: Message[] = [];
    await asAdmin(url, async (channel) => {
      await channel.consume(`${queue}.dead-letters`, (letter) => letter && letters.push(letter), { noAck: true });
      await waitFor(() => letters.length === 3);
    });
    await waitFor(() => attempts.get('waits') === 8);
    expect(Object.fromEntries(attempts)).toEqual({ unreadable: 1, ahead: 1, bug: 6, waits: 8, good: 1 });
    expect(letters.map(({ properties }) => properties.headers)).toEqual([
      { 'x-reason': 'UnreadableEventError: no such thing', 'x-routing-key': type },
      { 'x-reason': 'StampAheadError: too far', 'x-routing-key': type },
      { 'x-reason': 'TypeError: x is undefined', 'x-routing-key': type },
    ]);
    expect(JSON.parse(String(letters[0]?.content))).toMatchObject({ type, data: 'unreadable' });
    await closeAll();
    expect(await asAdmin(url, (channel) => channel.checkQueue(queue))).toMatchObject({ messageCount: 0 });
    await removeQueues(url, queue);
  });
}
