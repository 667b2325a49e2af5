import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Where the services listen; only the gateway may be told to listen elsewhere. */
export const loopback = '127.0.0.1';

/**
 * The port `offset` above the gateway's where it is free, so that a service answers where one would look for it, else
 * any free one.
 */
export async function portOrFree(gatewayPort: number, offset: number): Promise<number> {
  try {
    return await tryListening(gatewayPort === 0 ? 0 : gatewayPort + offset, loopback);
  } catch {
    return tryListening(0, loopback);
  }
}

/**
 * Listens for a moment.
 * @returns the port.
 * @throws what listening throws when the port is taken.
 */
export async function tryListening(port: number, host: string): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  const { port: listened } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return listened;
}
