import { createServer, connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { createTestDatabase } from '../src/index.ts';

test('when a pool has ended, but the database has yet to hear of it, then removing the database cuts no connection', async () => {
  const database = await createTestDatabase('contact-edit');
  const url = new URL(database.url);
  const { hostname, port } = url;
  const slow = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect(Number(port), hostname);
    server.pipe(client);
    client.on('data', (data) => void sleep(200).then(() => server.write(data)));
    for (const socket of [client, server]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  url.port = String((slow.address() as AddressInfo).port);

  const pool = new Pool({ connectionString: url.href, max: 1 });
  const errors: Error[] = [];
  pool.on('error', (error) => errors.push(error));
  await pool.query('SELECT 1');
  await pool.end();
  await database.drop();
  slow.close();
  expect(errors).toEqual([]);
});

test('when a connection stays open, then its database is removed all the same', async () => {
  const database = await createTestDatabase('contact-edit');
  const pool = new Pool({ connectionString: database.url, max: 1 });
  const cut = new Promise<Error>((resolve) => pool.on('error', resolve));
  await pool.query('SELECT 1');
  await database.drop();
  expect(await cut).toMatchObject({ code: '57P01' });
  await pool.end();
}, 20_000);
