import { connect, type Channel, type ChannelModel, type ConfirmChannel, type GetMessage } from 'amqplib';
import { NoSuchQueueError, RabbitUnavailableError } from './errors.ts';
import { descriptionOf } from './move.ts';
import { deadLetterQueue } from './topology.ts';

export interface DeadLetter {
  /** The event's id. */
  id: string;
  type: string;
  /** Whose event it is: the contact's or the chapter's id. */
  subject: string;
  /** Why it could not be handled: what the service said, or how often the broker tried. */
  reason: string;
  content: string;
}

interface DeadLetters {
  url: string;
  /** The queue that they were meant for. */
  queue: string;
  /** Only the event with this id. */
  id?: string | undefined;
}

/** The dead letters of a queue. They stay where they are. */
export async function listDeadLetters(where: DeadLetters): Promise<DeadLetter[]> {
  return withDeadLetters(where, (_message, letter) => Promise.resolve({ letter, done: false }));
}

/**
 * Sends dead letters to their queue once more. Events merge, so an old one brings nothing old back.
 * @throws NoSuchQueueError when the queue is gone; then they stay.
 */
export async function replayDeadLetters(where: DeadLetters): Promise<DeadLetter[]> {
  return withDeadLetters(where, async (message, letter, channel) => {
    const returned: unknown[] = [];
    // The broker confirms what it could not deliver, too; but it returns it first.
    channel.once('return', (letter) => returned.push(letter));
    channel.sendToQueue(where.queue, message.content, {
      ...descriptionOf(message),
      persistent: true,
      mandatory: true,
    });
    await channel.waitForConfirms();
    if (returned.length > 0) throw new NoSuchQueueError(`RabbitMQ has no queue ${where.queue}: nothing was sent there`);
    return { letter, done: true };
  });
}

/** Throws dead letters away. */
export async function dropDeadLetters(where: DeadLetters): Promise<DeadLetter[]> {
  return withDeadLetters(where, (_message, letter) => Promise.resolve({ letter, done: true }));
}

type Visit = (
  message: GetMessage,
  letter: DeadLetter,
  channel: ConfirmChannel,
) => Promise<{ letter: DeadLetter; done: boolean }>;

/**
 * Visits those that are there now; what is not done with goes back when the channel closes.
 * @throws RabbitUnavailableError; NoSuchQueueError
 */
async function withDeadLetters(where: DeadLetters, visit: Visit): Promise<DeadLetter[]> {
  const connection = await connect(where.url).catch((error: unknown) => {
    throw new RabbitUnavailableError(`RabbitMQ cannot be used: ${String(error)}`, { cause: error });
  });
  let lost: RabbitUnavailableError | undefined;
  // amqplib lets those wait for ever who wait for a confirm or for the end of a channel.
  const ended = Promise.withResolvers<never>();
  connection.on('error', () => undefined); // told by `close`
  connection.once('close', (reason: unknown) => {
    lost = new RabbitUnavailableError(`the connection to RabbitMQ was lost: ${String(reason)}`, { cause: reason });
    ended.reject(lost);
  });
  try {
    return await Promise.race([visitEach(connection, where, visit), ended.promise]);
  } catch (error) {
    throw lost ?? error;
  } finally {
    await Promise.race([connection.close(), ended.promise]).catch(() => undefined);
  }
}

async function visitEach(connection: ChannelModel, { queue, id }: DeadLetters, visit: Visit): Promise<DeadLetter[]> {
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined); // what was asked for rejects
  const { messageCount } = await channel.checkQueue(deadLetterQueue(queue)).catch((error: unknown) => {
    throw new NoSuchQueueError(`RabbitMQ has no queue ${deadLetterQueue(queue)}`, { cause: error });
  });
  const visited: DeadLetter[] = [];
  for (let i = 0; i < messageCount; i++) {
    const message = await next(channel, queue);
    if (!message) break;
    const letter = describe(message);
    if (id !== undefined && letter.id !== id) continue;
    const { done } = await visit(message, letter, channel);
    if (done) channel.ack(message);
    visited.push(letter);
  }
  await channel.close();
  return visited;
}

async function next(channel: Channel, queue: string): Promise<GetMessage | null> {
  const message = await channel.get(deadLetterQueue(queue));
  return message === false ? null : message;
}

function describe({ properties, content }: GetMessage): DeadLetter {
  const known: Record<string, unknown> = descriptionOf({ properties });
  const headers: Record<string, unknown> = { ...properties.headers };
  return {
    id: text(known.messageId),
    type: text(known.type),
    subject: /"subject":"([^"]*)"/.exec(content.toString())?.[1] ?? 'unknown',
    reason: text(headers['x-reason'] ?? headers['x-first-death-reason']).replace(/\s+/g, ' '),
    content: content.toString(),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}
