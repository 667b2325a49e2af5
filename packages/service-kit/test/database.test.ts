import { expect, jest, test } from '@jest/globals';
import { createLog } from '@kontakt/service-kit';
import { createTestDatabase } from '@kontakt/testing';
import { createPool } from '../src/database.ts';

test('when nothing was asked for an hour, then the connection is still the same', async () => {
  const database = await createTestDatabase('contact-repository');
  const log = createLog({ service: 'test', level: 'silent' });
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  const pool = createPool({ databaseUrl: database.url, size: 2, log });
  const processOf = async () => (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  try {
    const before = await processOf();
    jest.advanceTimersByTime(3_600_000);
    expect(await processOf()).toBe(before);
  } finally {
    jest.useRealTimers();
    await pool.end();
    await database.drop();
  }
});
