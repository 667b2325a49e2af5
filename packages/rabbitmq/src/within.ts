import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something, but no longer than this. */
export async function within(ms: number, something: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race([something, sleep(ms, undefined, { signal: done.signal }).catch(() => undefined)]);
  } finally {
    done.abort();
  }
}
