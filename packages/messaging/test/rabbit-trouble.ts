import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { StartError } from '@kontakt/service-kit';
import { asAdmin, removeQueues, unique, waitFor, type BrokerTests } from '@kontakt/testing';
import { TransportUnavailableError } from '../src/index.ts';
import { closeAll, collect, connectForTest, createJournal, createWayTo, eventOf, publishUntilTaken } from './rabbit-support.ts'; // prettier-ignore

const unavailable = TransportUnavailableError;
/** The way back takes up to this long: the broker's start, and the wait that has grown meanwhile. */
const patience = { timeoutMs: 15_000 };

/** What goes wrong, and comes right again without help. */
export function troubleTests({ test, testWithControl }: BrokerTests): void {
  testWithControl(
    'when the broker stops, starts and cuts connections, then nothing is lost',
    async (broker, control) => {
      const { url } = broker;
      const [queue, type] = [unique('queue'), unique('type')];
      const transport = await connectForTest(url);
      const handled = await collect(transport, { queue, types: [type] });

      const published: string[] = [];
      let go = true;
      const publishing = Array.from({ length: 10 }, async () => {
        while (go) {
          const event = eventOf(type);
          await publishUntilTaken(transport, event);
          published.push(event.id);
          await sleep(5);
        }
      });
      const more = async (): Promise<void> => {
        const goal = published.length + 100;
        await waitFor(() => published.length > goal && handled.length > goal, patience);
      };
      await more();
      await control.stop();
      await expect(transport.check()).rejects.toBeInstanceOf(unavailable);
      const late = await connectForTest(url); // a service that starts while the broker is away
      await collect(late, { queue, types: [type], ids: handled });
      await control.start();
      await more();
      await control.ctl('close_all_connections', 'for a test');
      await more();
      await control.crash?.();
      await more();
      go = false;
      await Promise.all(publishing);

      await waitFor(() => new Set(handled).size >= published.length, patience);
      expect(new Set(handled)).toEqual(new Set(published));
      await waitFor(() => late.check().then(() => true), patience);
      await closeAll();
      expect(await asAdmin(url, (channel) => channel.checkQueue(queue))).toMatchObject({ messageCount: 0 });
      await removeQueues(url, queue);
    },
  );

  testWithControl('when a queue, an exchange or a channel goes, then each comes back', async (broker, control) => {
    const { url } = broker;
    const [queue, type] = [unique('queue'), unique('type')];
    const { log, lines } = createJournal();
    const transport = await connectForTest(url, { log });
    const handled = await collect(transport, { queue, types: [type] });
    const comesThrough = async (): Promise<void> => {
      const event = eventOf(type);
      // Without its queue, or before it is bound again, an event comes back.
      await waitFor(() => publishUntilTaken(transport, event).then(() => true), patience);
      await waitFor(() => handled.includes(event.id), patience);
    };

    await control.ctl('delete_queue', queue);
    await comesThrough();
    expect(lines.join('')).toContain('the broker has cancelled the consumer');

    await asAdmin(url, (channel) => channel.deleteExchange('contacts.events'));
    await expect(transport.publish(eventOf(type))).rejects.toBeInstanceOf(unavailable);
    await waitFor(() => transport.check().then(() => true), patience);
    expect(lines.join('')).toContain("no exchange 'contacts.events'");
    await control.ctl('close_all_connections', 'for a test'); // and with it the consumer's, which binds again
    await comesThrough();
    await closeAll();
    await removeQueues(url, queue);
  });

  testWithControl(
    'when the broker takes no messages, then publishing rejects at once until it does',
    async (broker, control) => {
      const { url } = broker;
      const [queue, type] = [unique('queue'), unique('type')];
      const transport = await connectForTest(url);
      const handled = await collect(transport, { queue, types: [type] });
      const before = eventOf(type);
      await transport.publish(before);

      await control.ctl('set_vm_memory_high_watermark', '0.00001');
      try {
        // RabbitMQ says so only to who publishes.
        const started = Date.now();
        await expect(Promise.all([1, 2, 3].map(() => transport.publish(eventOf(type))))).rejects.toThrow(/memory/);
        await expect(transport.publish(eventOf(type))).rejects.toBeInstanceOf(unavailable);
        await expect(transport.check()).rejects.toBeInstanceOf(unavailable);
        expect(Date.now() - started).toBeLessThan(1_000);
      } finally {
        await control.ctl('set_vm_memory_high_watermark', 'absolute', '512MB');
      }
      const after = eventOf(type);
      await publishUntilTaken(transport, after);
      await waitFor(() => handled.includes(before.id) && handled.includes(after.id));
      await closeAll();
      await removeQueues(url, queue);
    },
  );

  test('when the broker has another queue of that name, then it is said which, and how it differs', async ({ url }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const { log, lines } = createJournal();
    const declareOtherwise = () => asAdmin(url, (channel) => channel.assertQueue(queue, { durable: true }));
    const remove = () => asAdmin(url, (channel) => channel.deleteQueue(queue));
    const transport = await connectForTest(url, { log });
    await declareOtherwise();
    const refused: unknown = await collect(transport, { queue, types: [type] }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartError); // which a service ends with in one sentence
    expect(String(refused)).toMatch(
      new RegExp(
        `another queue ${queue} than this program declares: inequivalent arg 'x-.*: let it run empty, delete it`,
      ),
    );
    await remove();

    // The same while the service is running: it goes on, but does not hurry.
    const handled = await collect(transport, { queue, types: [type] });
    await remove();
    await declareOtherwise();
    const complaints = () =>
      lines.filter((line) => line.includes('"error"') && line.includes(`another queue ${queue}`));
    const soFar = complaints().length;
    await waitFor(() => complaints().length > soFar);
    await sleep(1_000);
    expect(complaints().length - soFar).toBeLessThan(5);
    await expect(transport.check()).rejects.toBeInstanceOf(unavailable);
    await remove();
    await waitFor(() => transport.check().then(() => true), patience);
    const event = eventOf(type);
    await transport.publish(event);
    await waitFor(() => handled.includes(event.id));
    await closeAll();
    await removeQueues(url, queue);
  });

  test('when nothing is heard of the broker, then publishing gives up in time, and comes back with it', async ({
    url,
  }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const way = await createWayTo(url);
    const transport = await connectForTest(way.url, { confirmTimeoutMs: 300 });
    const handled = await collect(transport, { queue, types: [type] });
    way.block();
    await expect(transport.publish(eventOf(type))).rejects.toBeInstanceOf(unavailable);
    await expect(transport.publish(eventOf(type))).rejects.toThrow('there is no connection to RabbitMQ');
    way.open();
    const event = eventOf(type);
    await publishUntilTaken(transport, event);
    await waitFor(() => handled.includes(event.id));

    way.block();
    const started = Date.now();
    await closeAll();
    expect(Date.now() - started).toBeLessThan(8_000);
    await removeQueues(url, queue);
  });

  test('when the broker lets somebody in and then says nothing, then it is tried again in time', async ({ url }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const exchangeDeclare = Buffer.from([0, 40, 0, 10]);
    const way = await createWayTo(url, { at: exchangeDeclare, as: 'silence' });
    const started = Date.now();
    const transport = await connectForTest(way.url);
    const handled = await collect(transport, { queue, types: [type] });
    const event = eventOf(type);
    await publishUntilTaken(transport, event);
    await waitFor(() => handled.includes(event.id));
    // Sooner than missing heartbeats tell: a broker that still starts sends them.
    expect(Date.now() - started).toBeLessThan(20_000);
    await closeAll();
    await removeQueues(url, queue);
  });
}
