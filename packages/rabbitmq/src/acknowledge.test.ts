import { afterEach, expect, jest, test } from '@jest/globals';
import { IllegalOperationError, type ConsumeMessage } from 'amqplib';
import { createAcknowledgements } from './acknowledge.ts';

const message = (deliveryTag: number) => ({ fields: { deliveryTag } }) as ConsumeMessage;
const messages = [1, 2, 3, 4, 5].map(message);

afterEach(() => {
  jest.useRealTimers();
});

/** Five messages under way, and what is acknowledged of them: `≤ 2` is every one up to the second. */
function start({ prefetch = 1_000 } = {}) {
  const lost = new AbortController();
  const sent: string[] = [];
  const channel = {
    ack: ({ fields }: ConsumeMessage, allUpTo = false) => {
      sent.push(`${allUpTo ? '≤ ' : ''}${fields.deliveryTag}`);
    },
  };
  const acknowledgements = createAcknowledgements(channel, { prefetch, lost: lost.signal });
  for (const each of messages) acknowledgements.begin(each);
  const done = (...tags: number[]) => {
    for (const tag of tags) acknowledgements.done(message(tag));
    acknowledgements.flush();
  };
  return { sent, done, lost, acknowledgements };
}

test('when some have overtaken one that is under way, then that one is not acknowledged with them', () => {
  const { sent, done } = start();
  done(4, 1, 2);
  expect(sent).toEqual(['≤ 2', '4']);
  done(5, 3);
  expect(sent).toEqual(['≤ 2', '4', '≤ 5']);
});

test('when the first is still under way, then each of the others is acknowledged by itself', () => {
  const { sent, done } = start();
  done(3, 2);
  expect(sent).toEqual(['3', '2']);
});

test('when messages are done one soon after the other, then they are acknowledged together', () => {
  jest.useFakeTimers();
  const { sent, acknowledgements } = start();
  for (const each of messages) {
    acknowledgements.done(each);
    jest.advanceTimersByTime(4);
  }
  expect(sent).toEqual(['≤ 5']);
});

test('when half of what the broker sends ahead is here, then what is done does not wait for more', () => {
  jest.useFakeTimers();
  const { sent, acknowledgements } = start({ prefetch: 10 });
  acknowledgements.done(message(1));
  acknowledgements.done(message(2));
  jest.advanceTimersByTime(0);
  expect(sent).toEqual(['≤ 2']);
  acknowledgements.done(message(3)); // Three of ten are here now.
  jest.advanceTimersByTime(19);
  expect(sent).toEqual(['≤ 2']);
  jest.advanceTimersByTime(1);
  expect(sent).toEqual(['≤ 2', '≤ 3']);
});

test('when the channel is lost, then nothing is acknowledged on it', () => {
  const { sent, done, lost } = start();
  lost.abort();
  done(1, 2);
  expect(sent).toEqual([]);
});

test('when the channel is being closed, then what is done late comes again, and no error ends the process', () => {
  const channel = {
    ack: () => {
      throw new IllegalOperationError('Channel closing', '');
    },
  };
  const acknowledgements = createAcknowledgements(channel, { prefetch: 1_000, lost: new AbortController().signal });
  acknowledgements.begin(message(1));
  acknowledgements.done(message(1));
  expect(() => {
    acknowledgements.flush();
  }).not.toThrow();
});
