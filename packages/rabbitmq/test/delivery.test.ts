import { afterEach, expect, jest, test } from '@jest/globals';
import type { ConsumeMessage } from 'amqplib';
import { settle } from '../src/delivery.ts';
import { RabbitUnavailableError, type Publication } from '../src/index.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const outage = new Error('the database is away');
const hopeless = new RangeError('too far');

/** A message as amqplib delivers it, with properties that only its first publisher could have set. */
const message = {
  content: Buffer.from('{"any":"thing"}'),
  fields: { deliveryTag: 1, redelivered: false, exchange: 'stream', routingKey: 'a.v1', consumerTag: 'c' },
  properties: { messageId: 'e-1', type: 'a.v1', timestamp: 7, contentType: 'x/y', expiration: '1', userId: 'root' },
} as unknown as ConsumeMessage;

/** Settles the message with a handler that throws these in turn, and says what came of it. */
function settleWith(errors: unknown[], publish: (times: number) => Promise<void> = () => Promise.resolve()) {
  const moved: Publication[] = [];
  const stopping = new AbortController();
  let handled = 0;
  let tried = 0;
  const settled = settle(message, {
    source: { exchanges: { topic: 'stream', deadLetters: 'stream.dead-letters' }, queue: 'q', routingKeys: [] },
    handle: () => rejectOrNot(errors[handled++]),
    meaningOf: (error) => (error === outage ? 'wait' : error === hopeless ? 'give-up' : 'retry'),
    publisher: {
      publish: async (publication) => {
        await publish(++tried);
        moved.push(publication);
      },
    },
    tell: () => undefined,
    retryDelayMs: 1,
    signal: stopping.signal,
  });
  return { settled, moved, stopping, handled: () => handled };
}

const rejectOrNot = (error: unknown): Promise<void> =>
  error instanceof Error ? Promise.reject(error) : Promise.resolve();

test('when a failure has to be waited out, then the message waits, however often it takes', async () => {
  const { settled, moved, handled } = settleWith(Array.from({ length: 8 }, () => outage));
  await settled;
  expect(handled()).toBe(9);
  expect(moved).toEqual([]);
});

test('when it has to be waited for long, then the message goes to the end of its queue, and not to the dead letters', async () => {
  let now = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => (now += 11 * 60_000));
  const { settled, moved, handled } = settleWith([outage, outage]);
  await settled;
  expect(handled()).toBe(1);
  const properties = { messageId: 'e-1', type: 'a.v1', timestamp: 7, contentType: 'x/y', headers: {} };
  expect(moved).toEqual([{ exchange: '', routingKey: 'q', content: message.content, mandatory: true, properties }]);
});

test('when a message fails only for a while, then it is handled', async () => {
  const { settled, moved, handled } = settleWith(Array.from({ length: 5 }, () => new Error('not yet')));
  await settled;
  expect(handled()).toBe(6);
  expect(moved).toEqual([]);
});

test('when no repetition can mend it, then the message becomes a dead letter at once, when the broker takes it', async () => {
  const broker = (times: number): Promise<void> => rejectOrNot(times < 3 ? new RabbitUnavailableError('away') : 0);
  const { settled, moved, handled } = settleWith([hopeless], broker);
  await settled;
  expect(handled()).toBe(1);
  expect(moved).toMatchObject([
    {
      exchange: 'stream.dead-letters',
      routingKey: 'q',
      properties: { headers: { 'x-reason': 'RangeError: too far', 'x-routing-key': 'a.v1' } },
    },
  ]);
});

test('when nobody would get the dead letter, or it is given back, then the message stays', async () => {
  const unroutable = settleWith([hopeless], () => Promise.reject(new Error('returned')));
  await expect(unroutable.settled).rejects.toThrow('returned');

  const given = settleWith(Array.from({ length: 100 }, () => outage));
  given.stopping.abort();
  await expect(given.settled).rejects.toThrow(/abort/);
  expect(given.handled()).toBe(1);
});
