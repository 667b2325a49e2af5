import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * None of those that the system gives to outgoing connections and to who listens on any: one of these could be taken by
 * somebody else before it is listened on, or while who listens on it is down for a moment.
 */
let next = randomInt(20_000, 31_000);

/** A port of 127.0.0.1 on which nobody listens now; each time another. */
export async function freePort(): Promise<number> {
  return tryListening(next++, '127.0.0.1').catch(freePort);
}

/**
 * Listens for a moment.
 * @returns the same port.
 * @throws what listening throws when the port is taken.
 */
export async function tryListening(port: number, host: string): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
  return port;
}
