import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { UnreadableEventError, type CloudEvent } from '@kontakt/events';
import { dropDeadLetters, listDeadLetters, RabbitUnavailableError } from '@kontakt/rabbitmq';
import { StartError } from '@kontakt/service-kit';
import { asAdmin, removeQueues, unique, waitFor, type BrokerTests } from '@kontakt/testing';
import { TransportUnavailableError } from '../src/index.ts';
import { closeAll, collect, connectForTest, createWayTo, eventOf } from './rabbit-support.ts';

/** Connections that are lost, or closed, in the middle of something. */
export function lostTests({ test }: BrokerTests): void {
  test('when the connection is lost while a channel is closed, then it is opened again', async ({ url }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const channelClose = Buffer.from([0, 20, 0, 40]);
    const way = await createWayTo(url, { at: channelClose, as: 'loss' });
    const transport = await connectForTest(way.url, { queues: [{ queue, types: [type] }] });
    await waitFor(() => transport.check().then(() => true), { timeoutMs: 15_000 });
    await closeAll();
    await removeQueues(url, queue);
  });

  test('when the connection is lost while it is closed after a set-up that failed, then the failure is told', async ({
    url,
  }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const deadLetters = `${queue}.dead-letters`;
    await asAdmin(url, (channel) => channel.assertQueue(deadLetters, { durable: true })); // otherwise than a service does
    const connectionClose = Buffer.from([0, 10, 0, 50]);
    const way = await createWayTo(url, { at: connectionClose, as: 'loss' });
    const starting = connectForTest(way.url, { queues: [{ queue, types: [type] }] });
    await expect(starting).rejects.toBeInstanceOf(StartError);
    await closeAll();
    await asAdmin(url, (channel) => channel.deleteQueue(deadLetters));
  });

  test('when the connection is lost while a transport is closed, then it takes nothing more', async ({ url }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const way = await createWayTo(url);
    const transport = await connectForTest(way.url);
    const seen: unknown[] = [];
    const handle = async (content: string): Promise<void> => {
      seen.push((JSON.parse(content) as CloudEvent).data);
      await sleep(2_000);
    };
    await transport.subscribe({ queue, types: [type], handle });
    await transport.publish(eventOf(type, 'before'));
    await waitFor(() => seen.length === 1);
    const closing = transport.close();
    way.cut();
    await (await connectForTest(url)).publish(eventOf(type, 'after'));
    await closing;
    expect(seen).toEqual(['before']);
    const handled = await collect(await connectForTest(url), { queue, types: [type] });
    await waitFor(() => handled.length === 2); // what was cut off could not be acknowledged
    await closeAll();
    await removeQueues(url, queue);
  });

  test('when a transport is closed while its connection is opened again, then it soon has none', async ({ url }) => {
    const channelOpen = Buffer.from([0, 20, 0, 10]);
    const way = await createWayTo(url, { at: channelOpen, as: 'silence', connection: 2 });
    const transport = await connectForTest(way.url);
    way.cut();
    await way.troubled;
    await transport.close();
    await waitFor(async () => (await way.countConnections()) === 0, { timeoutMs: 3_000 });
    await closeAll();
  });

  test('when the connection is lost while dead letters are looked at, then it is said so, and they stay', async ({
    url,
  }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const transport = await connectForTest(url);
    const handle = () => Promise.reject(new UnreadableEventError('no such thing'));
    await transport.subscribe({ queue, types: [type], handle });
    await transport.publish(eventOf(type));
    const areThere = async () => (await listDeadLetters({ url, queue })).length === 1;
    await waitFor(areThere);

    const basicGet = Buffer.from([0, 60, 0, 70]);
    const way = await createWayTo(url, { at: basicGet, as: 'loss' });
    const refused: unknown = await dropDeadLetters({ url: way.url, queue }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RabbitUnavailableError);
    expect(String(refused)).toContain('the connection to RabbitMQ was lost');
    await waitFor(areThere);
    await closeAll();
    await removeQueues(url, queue);
  });

  test('when a transport is closed, then what is under way is finished, and what waits goes to others', async ({
    url,
  }) => {
    const [queue, type] = [unique('queue'), unique('type')];
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
    const before = sockets();
    const transport = await connectForTest(url, { retryDelayMs: 60_000 });
    const finished: unknown[] = [];
    const seen: unknown[] = [];
    const handle = async (content: string): Promise<void> => {
      const { data } = JSON.parse(content) as { data: unknown };
      seen.push(data);
      if (data === 'fails') throw new Error('not yet');
      await sleep(200);
      finished.push(data);
    };
    await transport.subscribe({ queue, types: [type], handle });
    const failing = eventOf(type, 'fails');
    await Promise.all([failing, eventOf(type, 'slow')].map((event) => transport.publish(event)));
    await waitFor(() => seen.length === 2);
    await transport.close();
    expect(finished).toEqual(['slow']);
    await waitFor(() => sockets() === before);
    await expect(transport.publish(eventOf(type))).rejects.toBeInstanceOf(TransportUnavailableError);

    const others = await collect(await connectForTest(url), { queue, types: [type] });
    await waitFor(() => others.length > 0);
    expect(others).toEqual([failing.id]);
    await closeAll();
    await removeQueues(url, queue);
  });
}
