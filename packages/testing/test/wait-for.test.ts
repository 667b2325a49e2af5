import { expect, test } from '@jest/globals';
import { waitFor } from '../src/index.ts';

test('when the condition becomes true, then waiting ends with its answer', async () => {
  const answers = [undefined, null, false, 0, 'ready', 'later'];
  expect(await waitFor(() => answers.shift())).toBe('ready');
  expect(answers).toEqual(['later']);
});

test('when the condition throws at first, then it is asked again', async () => {
  let asked = 0;
  const answer = await waitFor(() => {
    if (++asked < 3) return Promise.reject(new Error('not yet'));
    return Promise.resolve(asked);
  });
  expect(answer).toBe(3);
});

test('when the condition is never met, then waiting fails after the time, with the last error', async () => {
  const start = Date.now();
  const failed: unknown = await waitFor(() => Promise.reject(new Error('still not')), { timeoutMs: 100 }).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ message: 'The condition was not met within 100 ms.', cause: new Error('still not') });
  expect(Date.now() - start).toBeGreaterThanOrEqual(100);
  await expect(waitFor(() => false, { timeoutMs: 0 })).rejects.toThrow('within 0 ms');
});
