import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 20;

type Value = object | string | number | bigint | boolean | null | undefined;

/**
 * Asks again and again until the answer is truthy, and answers it. A condition that throws is not met yet. Fails after
 * the time, with the last error as the cause.
 */
export async function waitFor<T extends Value>(
  condition: () => T | Promise<T>,
  { timeoutMs = 15_000 }: { timeoutMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const answer = await condition();
      if (answer) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(pollMs);
  } while (Date.now() < deadline);
  throw new Error(`The condition was not met within ${timeoutMs} ms.`, { cause });
}
