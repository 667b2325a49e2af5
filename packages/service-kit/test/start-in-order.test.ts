import { expect, test } from '@jest/globals';
import { startInOrder } from '../src/run-service.ts';

async function startTwo(done: string[], second: () => Promise<string>) {
  return startInOrder(async (atStop) => {
    atStop(() => Promise.resolve(done.push('first stopped')));
    const url = await second();
    atStop(() => Promise.resolve(done.push('second stopped')));
    return { url };
  });
}

test('when what was started is stopped, then the last is stopped first', async () => {
  const done: string[] = [];
  const running = await startTwo(done, () => Promise.resolve('there'));
  expect({ url: running.url, done }).toEqual({ url: 'there', done: [] });
  await running.stop();
  expect(done).toEqual(['second stopped', 'first stopped']);
});

test('when a start fails half way, then what was started is stopped, and the reason is told', async () => {
  const done: string[] = [];
  await expect(startTwo(done, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(done).toEqual(['first stopped']);
});
