import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePort, tryListening } from '../src/ports.ts';

test('when somebody listens on a port, then it is passed over', async () => {
  const port = await freePort();
  const other = createServer().listen(port + 1, '127.0.0.1');
  await once(other, 'listening').catch(() => undefined); // or it is taken already
  await expect(tryListening(port + 1, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await freePort()).toBeGreaterThan(port + 1);
  other.close();
});

test('when ports are asked for at the same time, then each is another', async () => {
  const ports = await Promise.all(Array.from({ length: 5 }, freePort));
  expect(new Set(ports).size).toBe(5);
});
