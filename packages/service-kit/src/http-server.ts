import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, STATUS_CODES, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem, problemDocument } from './problem.ts';

/** How long a stop waits for requests in flight. */
const graceMs = 10_000;

interface Address {
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** Bytes of request line and headers together. The gateway takes fewer than the services, because it adds some. */
  maxHeaderSize?: number;
}

const maxUrlLength = 8_192;

/**
 * Listens; the returned `stop` takes no new connection, lets requests in flight finish (10 s at most) and ends.
 * What is no request that an app can route is answered here, with a problem document, too.
 */
export async function startHttpServer(app: RequestListener, { port, host, maxHeaderSize = 32_768 }: Address) {
  // Kept longer than the gateway keeps an idle connection, so that it never sends into one that is just closing.
  const server = createServer({ keepAliveTimeout: 65_000, maxHeaderSize, requireHostHeader: false }, (req, res) => {
    const refusal = refuse(req);
    if (!refusal) {
      app(req, res);
      return;
    }
    const { status, headers, body } = rawAnswer(refusal);
    res.writeHead(status, headers).end(body);
  });
  server.on('clientError', refuseUnreadable);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { port: address.port, url: `http://${urlHost(host)}:${address.port}`, stop: () => closeServer(server) };
}

/** Node's own refusal of a request without a host has no document. */
function refuse({ url = '', headers, httpVersion }: IncomingMessage): Problem | null {
  if (headers.host === undefined && httpVersion === '1.1') {
    return new Problem(400, 'invalid-request', 'The request names no Host.');
  }
  if (url.length > maxUrlLength) return new Problem(414, 'url-too-long', `A URL may have ${maxUrlLength} characters.`);
  return url.startsWith('/') ? null : new Problem(400, 'invalid-request', 'The request target must be a path.');
}

/** For what Node cannot read as HTTP: there is no request, and nothing to answer with but the socket. */
function refuseUnreadable(error: ClientError, socket: Duplex): void {
  // More of what was answered already.
  if (socket.writableEnded) return;
  const answering = '_httpMessage' in socket && socket._httpMessage !== null;
  if (!socket.writable || answering || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, headers, body } = rawAnswer(unreadable(error));
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
  // What is still coming is read and dropped: closing on unread data would take the answer away from the client.
  socket.resume();
  setTimeout(() => socket.destroy(), 1_000).unref();
}

type ClientError = Error & { code?: string; rawPacket?: Buffer };

function unreadable({ code, rawPacket }: ClientError): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem(408, 'request-too-slow', 'The request took too long to arrive.');
  }
  if (code !== 'HPE_HEADER_OVERFLOW') {
    return new Problem(400, 'invalid-request', 'This is not an HTTP request that can be read.');
  }
  const requestLine = rawPacket?.indexOf('\r\n') ?? 0;
  if (requestLine === -1 || requestLine > maxUrlLength) return new Problem(414, 'url-too-long', 'The URL is too long.');
  return new Problem(431, 'headers-too-large', 'The headers are too large.');
}

function rawAnswer(problem: Problem) {
  const body = JSON.stringify(problemDocument(problem, { instance: '/', requestId: randomUUID() }));
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
  };
  return { status: problem.status, headers, body };
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
