import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, ServerResponse, STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from './log.ts';
import type { Problem } from './problem.ts';
import { expectationProblem, findFault, refusal, toProblem, tunnelProblem, type ClientError } from './refusals.ts';

/** How long a stop waits for requests in flight. */
const graceMs = 10_000;

/** How long a client may take. */
export interface Patience {
  /** To send a request's headers. */
  headersMs: number;
  /** To send the whole request. */
  requestMs: number;
  /** To take more of an answer, or to do anything else on a connection that is in use. */
  stalledMs: number;
  /** From a request's headers to the end of its answer, however steadily it is read. */
  totalMs: number;
}

interface ServerOptions {
  /** 0 takes a free one. */
  port: number;
  host: string;
  log: Log;
  /** Bytes of request line and headers together. The gateway takes fewer than the services, because it adds some. */
  maxHeaderSize?: number;
  /** Whoever comes when there are so many is disconnected before it has said anything. */
  maxConnections?: number;
  patience?: Patience;
}

const defaultPatience: Patience = { headersMs: 10_000, requestMs: 60_000, stalledMs: 60_000, totalMs: 300_000 };

/**
 * Listens; the returned `stop` takes no new connection, lets requests in flight finish (10 s at most) and ends.
 * What is no request that an app can route is answered here, with a problem document, too.
 */
export async function startHttpServer(app: RequestListener, options: ServerOptions) {
  const { port, host, log, maxHeaderSize = 32_768, patience = defaultPatience } = options;
  // Connections on which nothing more is read as a request.
  const done = new WeakSet<Duplex>();
  const refuse = (res: ServerResponse, problem: Problem) => {
    done.add(res.req.socket);
    const { status, headers, body } = refusal(problem, logRefusal(log, problem, res.req.method));
    res.writeHead(status, headers).end(body);
  };

  const server = createServer(
    {
      // Kept longer than the gateway keeps an idle connection, so that it never sends into one that is just closing.
      keepAliveTimeout: 65_000,
      maxHeaderSize,
      requireHostHeader: false,
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.headersMs / 10,
      // Most requests have no body: for these no stream is begun.
      optimizeEmptyRequests: true,
    },
    (req, res) => {
      if (done.has(req.socket)) return;
      const total = setTimeout(() => req.socket.destroy(), patience.totalMs);
      res.once('close', () => {
        clearTimeout(total);
      });
      if (req.headers.upgrade !== undefined) {
        // Nobody is upgraded; but after the wish Node reads no further request on the connection, and says nothing when
        // the connection ends in the middle of the body.
        res.shouldKeepAlive = false;
        req.socket.prependOnceListener('end', () => {
          if (!req.complete) server.emit('clientError', new Error('the body is incomplete'), req.socket);
        });
      }
      const fault = findFault(req);
      if (fault) refuse(res, fault);
      else app(req, res);
    },
  );
  server.timeout = patience.stalledMs;
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  server.on('drop', () => {
    log.warn({ connections: options.maxConnections }, 'connection refused: there are too many');
  });
  server.on('checkExpectation', (_req, res) => {
    refuse(res, expectationProblem);
  });
  server.on('connect', ({ method }, socket) => {
    answerOnSocket(socket, tunnelProblem, logRefusal(log, tunnelProblem, method));
  });
  server.on('clientError', (error: ClientError, socket) => {
    if (done.has(socket) || socket.writableEnded) return;
    done.add(socket);
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else endUnreadable(socket, toProblem(error), log);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { port: address.port, url: `http://${urlHost(host)}:${address.port}`, stop: () => closeServer(server) };
}

/** The line that every request has; gives back the id under which it stands there. */
function logRefusal(log: Log, { status, code }: Problem, method?: string): string {
  const requestId = randomUUID();
  log.info(
    { request_id: requestId, method: method ?? null, route: null, status, code, subject: null },
    'request refused',
  );
  return requestId;
}

/** Ends a connection on which what comes next cannot be read. */
function endUnreadable(socket: Duplex, problem: Problem, log: Log): void {
  const answer = pendingAnswer(socket);
  if (!answer) {
    answerOnSocket(socket, problem, logRefusal(log, problem));
  } else if (answer.req.complete) {
    // A good request is being answered; what came after it was none.
    answer.once('close', () => {
      endConnection(socket);
    });
  } else if (answer.headersSent) {
    socket.destroy();
  } else {
    // The app's own line in the log says how it ended.
    answer.statusCode = problem.status;
    answerOnSocket(socket, problem, answer.getHeader('X-Request-Id')?.toString() ?? logRefusal(log, problem));
  }
}

/** The answer that is being given on a connection, if there is one. */
function pendingAnswer(socket: Duplex): ServerResponse | null {
  return '_httpMessage' in socket && socket._httpMessage instanceof ServerResponse ? socket._httpMessage : null;
}

/** Answers where there is nothing but the connection to answer on, and ends it. */
function answerOnSocket(socket: Duplex, problem: Problem, requestId: string): void {
  const { status, headers, body } = refusal(problem, requestId);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  endConnection(socket, [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
}

function endConnection(socket: Duplex, lastWords = ''): void {
  socket.end(lastWords);
  // What is still coming is read and dropped: closing on unread data would take the answer away from the client.
  socket.resume();
  setTimeout(() => socket.destroy(), 1_000).unref();
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
