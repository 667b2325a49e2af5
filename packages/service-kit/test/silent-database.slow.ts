import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog, isDatabaseUnavailable } from '@kontakt/service-kit';
import { createTestDatabase } from '@kontakt/testing';
import { createPool } from '../src/database.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase('contact-repository');
});
afterAll(() => database.drop());

test('when the database host vanishes, then what waits for it ends, and later statements have a new connection', async () => {
  const { hostname, port, href } = new URL(database.url);
  const forwarded: Socket[] = [];
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    forwarded.push(client, server);
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = new URL(href);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const pool = createPool({ databaseUrl: url.href, size: 1, log: createLog({ service: 'test', level: 'silent' }) });
  try {
    await pool.query('SELECT 1');
    // Nothing is closed, and nothing comes through any more.
    for (const socket of forwarded) socket.unpipe().pause();
    const failure = await pool.query('SELECT 1').then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(isDatabaseUnavailable(failure)).toBe(true);
    expect((await pool.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
  } finally {
    await pool.end();
    for (const socket of forwarded) socket.destroy();
    proxy.close();
  }
});
