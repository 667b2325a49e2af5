import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { asAdmin, removeQueues, unique, waitFor } from '@kontakt/testing';
import { contactCreated, contactDeleted, createEvent, subscribe } from '../src/index.ts';
import { publish, silent } from './publish.ts';

interface Program {
  command: string;
  file: string;
  queue: string;
}

/**
 * Runs one of the README's programs, and shows that it handles what it should, and gives back nothing of it.
 * @returns with what it ended when it was asked to end; null if by the signal itself.
 */
export async function runExample(url: string, { command, file, queue }: Program): Promise<number | null> {
  await removeQueues(url, queue);
  const example = spawn(command, [join(import.meta.dirname, '..', 'examples', file)], {
    env: { PATH: process.env.PATH, AMQP_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(example, 'close');
  let output = '';
  for (const stream of [example.stdout, example.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  try {
    await waitFor(() => asAdmin(url, async (channel) => (await channel.checkQueue(queue)).consumerCount === 1));
    const subject = unique('contact');
    await publish(
      url,
      { type: contactCreated.type, content: createEvent(contactCreated, { ...contactCreated.example, subject }) },
      { type: contactCreated.type, content: 'unreadable' },
      { type: contactDeleted.type, content: createEvent(contactDeleted, { ...contactDeleted.example, subject }) },
    );
    await waitFor(async () => (await countMessages(url, `${queue}.dead-letters`)) === 1);
    await waitFor(() => output.includes(`erase ${subject}\n`));
    const [kept = ''] = output.split('\n').filter((line) => line.startsWith(`keep ${subject} `));
    expect(JSON.parse(kept.slice(`keep ${subject} `.length))).toEqual(contactCreated.example.data);
  } catch (error) {
    throw new Error(`The example failed. It said: ${output}`, { cause: error });
  } finally {
    example.kill();
    await ended;
  }
  // The queue is as subscribe declares it, and nothing has come back into it.
  expect(await countMessages(url, queue)).toBe(0);
  const { stop } = await subscribe({ url, queue, events: [contactCreated], handler: () => undefined, log: silent });
  await stop();
  await removeQueues(url, queue);
  return example.exitCode;
}

async function countMessages(url: string, queue: string): Promise<number> {
  const { messageCount } = await asAdmin(url, (channel) => channel.checkQueue(queue));
  return messageCount;
}
