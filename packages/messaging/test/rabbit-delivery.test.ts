import { afterEach, expect, jest, test } from '@jest/globals';
import { StampAheadError } from '@kontakt/convergence';
import type { ConsumeMessage } from 'amqplib';
import { settle } from '../src/rabbit/delivery.ts';
import type { Publication } from '../src/rabbit/publisher.ts';
import { TransportUnavailableError } from '../src/index.ts';
import { createJournal } from './rabbit-support.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const noDatabase = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** A message as amqplib delivers it, with properties that only its first publisher could have set. */
const message = {
  content: Buffer.from('{"any":"thing"}'),
  fields: { deliveryTag: 1, redelivered: false, exchange: 'contacts.events', routingKey: 'a.v1', consumerTag: 'c' },
  properties: { messageId: 'e-1', type: 'a.v1', timestamp: 7, contentType: 'x/y', expiration: '1', userId: 'root' },
} as unknown as ConsumeMessage;

/** Settles the message with a handler that throws these in turn, and says what came of it. */
function settleWith(errors: unknown[], publish: (times: number) => Promise<void> = () => Promise.resolve()) {
  const moved: Publication[] = [];
  const stopping = new AbortController();
  let handled = 0;
  let tried = 0;
  const settled = settle(message, {
    subscriber: { queue: 'q', types: [], handle: () => rejectOrNot(errors[handled++]) },
    publisher: {
      publish: async (publication) => {
        await publish(++tried);
        moved.push(publication);
      },
    },
    log: createJournal().log,
    retryDelayMs: 1,
    signal: stopping.signal,
  });
  return { settled, moved, stopping, handled: () => handled };
}

const rejectOrNot = (error: unknown): Promise<void> =>
  error instanceof Error ? Promise.reject(error) : Promise.resolve();

test('when the database is away, then an event waits for it, however often it takes', async () => {
  const { settled, moved, handled } = settleWith(Array.from({ length: 8 }, () => noDatabase));
  await settled;
  expect(handled()).toBe(9);
  expect(moved).toEqual([]);
});

test('when the database is away for long, then the event goes to the end of its queue, and not to the dead letters', async () => {
  let now = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => (now += 11 * 60_000));
  const { settled, moved, handled } = settleWith([noDatabase, noDatabase]);
  await settled;
  expect(handled()).toBe(1);
  const properties = { messageId: 'e-1', type: 'a.v1', timestamp: 7, contentType: 'x/y', headers: {} };
  expect(moved).toEqual([{ exchange: '', routingKey: 'q', content: message.content, mandatory: true, properties }]);
});

test('when an event fails only for a while, then it is handled', async () => {
  const { settled, moved, handled } = settleWith(Array.from({ length: 5 }, () => new Error('not yet')));
  await settled;
  expect(handled()).toBe(6);
  expect(moved).toEqual([]);
});

test('when a stamp lies in the future, then the event becomes a dead letter at once, when the broker takes it', async () => {
  const broker = (times: number): Promise<void> => rejectOrNot(times < 3 ? new TransportUnavailableError('away') : 0);
  const { settled, moved, handled } = settleWith([new StampAheadError('too far')], broker);
  await settled;
  expect(handled()).toBe(1);
  expect(moved).toMatchObject([
    {
      exchange: 'contacts.dead-letters',
      routingKey: 'q',
      properties: { headers: { 'x-reason': 'StampAheadError: too far', 'x-routing-key': 'a.v1' } },
    },
  ]);
});

test('when nobody would get the dead letter, or it is given back, then the message stays', async () => {
  const unroutable = settleWith([new StampAheadError('too far')], () => Promise.reject(new Error('returned')));
  await expect(unroutable.settled).rejects.toThrow('returned');

  const given = settleWith(Array.from({ length: 100 }, () => noDatabase));
  given.stopping.abort();
  await expect(given.settled).rejects.toThrow(/abort/);
  expect(given.handled()).toBe(1);
});
