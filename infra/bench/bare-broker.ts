import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';

const exchange = 'bench.events';
/** As many as a contact's event goes to. */
const queues = ['bench.a', 'bench.b'] as const;
/** Of the services' queues the most important setting, and how many messages they take at a time. */
const settings = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
const prefetch = 50;
/** Of the size of a contact's event. */
const content = Buffer.alloc(900, 'x');

export type BareBroker = Awaited<ReturnType<typeof startBareBroker>>;

/** RabbitMQ with nothing but amqplib: one exchange, two queues, persistent messages, confirms and acks. */
export async function startBareBroker(url: string) {
  const publishing = await connect(url);
  const consuming = await connect(url);
  const publisher = await publishing.createConfirmChannel();
  await publisher.assertExchange(exchange, 'topic', { durable: true });
  for (const queue of queues) {
    await publisher.assertQueue(queue, settings);
    await publisher.purgeQueue(queue);
    await publisher.bindQueue(queue, exchange, 'bench');
  }
  const publish = (sent: number) =>
    publisher.publish(exchange, 'bench', content, {
      persistent: true,
      mandatory: true,
      headers: { sent },
    });

  return {
    /** Milliseconds from publishing to delivery, of so many a second. */
    async roundTrips({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<number[]> {
      const times: number[] = [];
      const consumer = await consume(consuming, queues[0], ({ properties }) => {
        times.push(performance.now() - Number(properties.headers?.sent));
      });
      const started = performance.now();
      let sent = 0;
      while (sent < perSecond * seconds) {
        for (; sent < ((performance.now() - started) / 1000) * perSecond; sent++) publish(performance.now());
        await sleep(1);
      }
      await publisher.waitForConfirms();
      while (times.length < sent) await sleep(5);
      await consumer.close();
      return times;
    },

    /** Messages a second: confirmed, and then, by themselves, acknowledged. */
    async throughput(messages: number): Promise<{ confirmed: number; consumed: number }> {
      for (const queue of queues) await publisher.purgeQueue(queue);
      const publishingSince = performance.now();
      for (let sent = 0; sent < messages; sent++) {
        if (!publish(0)) await once(publisher, 'drain');
      }
      await publisher.waitForConfirms();
      const confirmedAfter = performance.now() - publishingSince;

      const consumingSince = performance.now();
      const all = Promise.withResolvers<undefined>();
      let consumed = 0;
      const consumer = await consume(consuming, queues[0], () => {
        consumed += 1;
        if (consumed === messages) all.resolve(undefined);
      });
      await all.promise;
      const consumedAfter = performance.now() - consumingSince;
      await consumer.close();
      return { confirmed: (messages / confirmedAfter) * 1000, consumed: (messages / consumedAfter) * 1000 };
    },

    /** Throws away what waits in a queue. @returns how much that was. */
    async purge(queue: string): Promise<number> {
      return (await publisher.purgeQueue(queue)).messageCount;
    },

    async close() {
      for (const queue of queues) await publisher.deleteQueue(queue);
      await publisher.deleteExchange(exchange);
      await publishing.close();
      await consuming.close();
    },
  };
}

async function consume(
  connection: ChannelModel,
  queue: string,
  take: (message: ConsumeMessage) => void,
): Promise<Channel> {
  const channel = await connection.createChannel();
  await channel.prefetch(prefetch);
  await channel.consume(queue, (message) => {
    if (!message) return;
    take(message);
    channel.ack(message);
  });
  return channel;
}
