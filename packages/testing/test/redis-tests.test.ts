import { expect, test } from '@jest/globals';
import { startRedis } from '../src/redis-tests.ts';

test('when TEST_REDIS_URL is set, then that Redis is used', async () => {
  const url = 'redis://redis.example';
  expect(await startRedis({ TEST_REDIS_URL: url })).toMatchObject({ url, description: 'of TEST_REDIS_URL' });
});

test('when there is no redis-server either, then it is said what is missing', async () => {
  expect(await startRedis({ TEST_REDIS_URL: '', PATH: '/nowhere' })).toEqual({
    missing: 'Redis: TEST_REDIS_URL is not set, and there is no redis-server in the PATH',
  });
});
