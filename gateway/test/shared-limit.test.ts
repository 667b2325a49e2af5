import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect } from '@jest/globals';
import { testOnRedis, waitFor } from '@kontakt/testing';
import { createRedisStore } from '../src/redis-store.ts';
import { startTestGateway } from './gateway.ts';
import { createRecordedLog } from './recorded-log.ts';

const contacts = '/api/v1/contacts';

/** Of a network that no test of another run uses. */
const newAddress = () => `2001:db8:${hex()}:${hex()}::1`;
const hex = () => Math.floor(Math.random() * 0xffff).toString(16);

await testOnRedis((test) => {
  test('when two gateways count in one Redis, then a client has one limit at both', async (url) => {
    const [one, other] = await Promise.all([startLimited(url), startLimited(url)]);
    const address = newAddress();
    await waitFor(async () => (await one.left(newAddress())) && (await other.left(newAddress())));
    expect([await one.left(address), await other.left(address), await one.left(address)]).toEqual(['2', '1', '0']);
    expect(await other.ask(address)).toMatchObject({ status: 429, headers: { 'retry-after': expect.any(String) } });
    expect((await one.ask(newAddress())).status).toBe(200);
    await Promise.all([one.stop(), other.stop()]);
  });

  test('when Redis is away from the start, then requests pass, until it is there and limits are back', async (url) => {
    const way = await startWay(url);
    way.cut();
    const gateway = await startLimited(way.url);
    const address = newAddress();
    for (let i = 0; i < 6; i++) {
      const { status, headers } = await gateway.ask(address);
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('ratelimit');
    }
    expect(gateway.lines).toEqual([expect.objectContaining({ msg: 'requests pass without a limit', level: 'warn' })]);
    way.open();
    await waitFor(async () => (await gateway.ask(address)).status === 429);
    await gateway.stop();
    way.close();
  });

  test('when Redis falls silent or away, then requests pass at once, and limits come back', async (url) => {
    const way = await startWay(url);
    const gateway = await startLimited(way.url);
    const address = newAddress();
    await waitFor(async () => (await gateway.ask(address)).status === 429);
    for (const fail of [way.silence, way.cut]) {
      fail();
      await gateway.ask(address); // the one that finds out
      const started = performance.now();
      for (let i = 0; i < 20; i++) expect((await gateway.ask(address)).status).toBe(200);
      // If each waited for Redis, it would be 5 s.
      expect(performance.now() - started).toBeLessThan(2_000);
      way.open();
      await waitFor(async () => (await gateway.ask(address)).status === 429);
    }
    expect(gateway.lines).toHaveLength(1);
    await gateway.stop();
    way.close();
  });
});

/** A gateway that lets a client ask three times. */
async function startLimited(url: string) {
  const { lines, log } = createRecordedLog('warn');
  const redis = createRedisStore(url);
  const gateway = await startTestGateway({
    rateLimit: { perMinute: 3, store: redis.store },
    trustedProxies: ['127.0.0.1'],
    log,
  });
  const ask = (address: string) => gateway.send('GET', contacts, { 'X-Forwarded-For': address });
  return {
    lines,
    ask,
    left: async (address: string) => /r=(\d+)/.exec(String((await ask(address)).headers.ratelimit))?.[1],
    async stop() {
      await gateway.stop();
      redis.close();
    },
  };
}

/** A way to Redis that can be cut, or swallow what is sent. */
async function startWay(url: string) {
  const { hostname, port } = new URL(url);
  let state: 'open' | 'silent' | 'cut' = 'open';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    return socket;
  };
  const server = createServer((client) => {
    keep(client);
    if (state === 'cut') client.destroy();
    if (state !== 'open') return;
    const redis = keep(connect(Number(port === '' ? 6379 : port), hostname));
    client.on('data', (data) => state === 'open' && redis.write(data)).on('close', () => redis.destroy());
    redis.on('data', (data) => client.write(data)).on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: Object.assign(new URL(url), { host: `127.0.0.1:${(server.address() as AddressInfo).port}` }).href,
    open() {
      state = 'open';
      drop();
    },
    cut: () => {
      state = 'cut';
      drop();
    },
    silence: () => {
      state = 'silent';
    },
    close() {
      drop();
      server.close();
    },
  };
}
