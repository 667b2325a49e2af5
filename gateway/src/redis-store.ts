import { createClient } from '@redis/client';
import type { Store } from 'express-rate-limit';

/** How long Redis may take to count a request. */
const patienceMs = 250;

const count = `
  local hits = redis.call('INCR', KEYS[1])
  if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { hits, redis.call('PTTL', KEYS[1]) }`;

/**
 * Counts in a Redis, for all gateways together. While it cannot be reached, counting fails at once; it is connected
 * again in the background. (rate-limit-redis 6.0.1 keeps the failure of loading its script for ever: a gateway that
 * starts before its Redis would never limit.)
 */
export function createRedisStore(url: string) {
  const client = createClient({ url, disableOfflineQueue: true });
  let lost: unknown;
  const remember = (error: unknown) => {
    lost = error;
  };
  client.on('error', remember);
  const connect = () => void client.connect().catch(remember);
  connect();

  let windowMs = 0;
  const keyOf = (who: string) => `kontakt:requests:${who}`;
  const store: Store = {
    init: (options) => {
      windowMs = options.windowMs;
    },
    async increment(key) {
      // It fails what waits on the connection, and until Redis answers on a new one all else fails at once.
      const silence = setTimeout(() => {
        remember(new Error(`Redis did not answer within ${patienceMs} ms`));
        client.destroy();
        connect();
      }, patienceMs);
      try {
        const reply = await client.eval(count, { keys: [keyOf(key)], arguments: [String(windowMs)] });
        const [totalHits = 0, expiresInMs = 0] = Array.isArray(reply) ? reply.map(Number) : [];
        return { totalHits, resetTime: new Date(Date.now() + expiresInMs) };
      } catch (error) {
        throw lost ?? error;
      } finally {
        clearTimeout(silence);
      }
    },
    // The rest of what a store must have; nobody here takes a request back.
    async decrement(key) {
      await client.decr(keyOf(key));
    },
    async resetKey(key) {
      await client.del(keyOf(key));
    },
  };
  return {
    store,
    close() {
      client.destroy();
    },
  };
}
