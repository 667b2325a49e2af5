import { randomBytes } from 'node:crypto';
import { connect, type Channel } from 'amqplib';

/** A name that nobody else has, for a queue or a type of event. */
export function unique(what: string): string {
  return `test.${what}.${randomBytes(4).toString('hex')}`;
}

/** Something that a person could do to the broker. */
export async function asAdmin<T>(url: string, run: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    return await run(channel);
  } finally {
    await connection.close();
  }
}

/** Removes queues and those of their dead letters. */
export async function removeQueues(url: string, ...queues: string[]): Promise<void> {
  await asAdmin(url, async (channel) => {
    for (const queue of queues) {
      await channel.deleteQueue(queue);
      await channel.deleteQueue(`${queue}.dead-letters`);
    }
  });
}
