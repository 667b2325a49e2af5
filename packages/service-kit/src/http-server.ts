import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** How long a stop waits for requests in flight. */
const graceMs = 10_000;

/**
 * Listens; the returned `stop` takes no new connection, lets requests in flight finish (10 s at most) and ends.
 * @param address port 0 takes a free one.
 */
export async function startHttpServer(app: RequestListener, address: { port: number; host: string }) {
  // Longer than the gateway keeps an idle connection, so that the gateway never sends into one that is just closing.
  const server = createServer({ keepAliveTimeout: 65_000 }, app);
  server.listen(address.port, address.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://${urlHost(address.host)}:${port}`, stop: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Connections that were busy at close() stay open, idle, once they are done.
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 25);
  const grace = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
