import { connect, type Channel, type ConfirmChannel, type GetMessage } from 'amqplib';
import { descriptionOf } from './move.ts';
import { deadLetterQueue } from './topology.ts';

export interface DeadLetter {
  /** The event's id. */
  id: string;
  type: string;
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

/** Sends dead letters to their queue once more. Events merge, so an old one brings nothing old back. */
export async function replayDeadLetters(where: DeadLetters): Promise<DeadLetter[]> {
  return withDeadLetters(where, async (message, letter, channel) => {
    channel.sendToQueue(where.queue, message.content, { ...descriptionOf(message), persistent: true });
    await channel.waitForConfirms();
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

/** Visits those that are there now; what is not done with goes back when the channel closes. */
async function withDeadLetters({ url, queue, id }: DeadLetters, visit: Visit): Promise<DeadLetter[]> {
  const connection = await connect(url);
  try {
    const channel = await connection.createConfirmChannel();
    const { messageCount } = await channel.checkQueue(deadLetterQueue(queue));
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
  } finally {
    await connection.close();
  }
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
    reason: text(headers['x-reason'] ?? headers['x-first-death-reason']),
    content: content.toString(),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}
