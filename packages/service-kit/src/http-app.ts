import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import { describeError, type Log } from './log.ts';
import { Problem } from './problem.ts';
import { problemResponses, requestPath } from './problem-response.ts';

interface HttpApp {
  log: Log;
  /** What every request passes before it is routed: by default the parser of JSON bodies. */
  before?: RequestHandler[];
  /** Adds the service's own routes. */
  mount: (app: Express) => void;
}

/**
 * An Express app with what every service needs around its routes: request ids, one log line a request, safe
 * headers, JSON bodies up to 100 kB, and problem documents for everything that goes wrong.
 */
export function createHttpApp({ log, before = jsonBodies, mount }: HttpApp): Express {
  const app = express();
  // Routes that show one resource set its entity tag; any other answer has none to compare with.
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(requestLog(log), helmet(), ...before);
  mount(app);
  app.use((req) => {
    throw Problem.notFound(`such path: ${requestPath(req)}`);
  });
  app.use(problemResponses);
  return app;
}

/** One line a request: never a body, a query's value or a header but the request's id. */
function requestLog(log: Log): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (req, res) => {
      const id = requestId(req);
      res.setHeader('X-Request-Id', id);
      return id;
    },
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'info'),
    // Ours get the objects themselves, not pino's own idea of them.
    wrapSerializers: false,
    serializers: {
      err: describeError,
      req: (req: Request) => ({ id: req.id, method: req.method, path: requestPath(req) }),
      res: (res: Response) => ({ status: res.statusCode }),
    },
  });
}

/** The caller's request id where it is harmless in a log and a header, else a new one. */
function requestId(req: IncomingMessage): string {
  const given = req.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** A body must be JSON. Express's parser passes over any other, and the route would see none. */
const refuseOtherBodies: RequestHandler = (req, _res, next) => {
  if (req.get('Content-Length') === '0' || req.is('application/json') !== false) {
    next();
    return;
  }
  // An unread body would make Node cut the connection before the client has read the answer.
  req.resume();
  throw new Problem(415, 'unsupported-media-type', 'The body must be JSON (Content-Type: application/json).', {
    headers: { Accept: 'application/json' },
  });
};

/** Otherwise what is no UTF-8 would be stored as the sign for unreadable characters. */
function refuseOtherThanUtf8(_req: IncomingMessage, _res: ServerResponse, body: Buffer): void {
  if (!isUtf8(body)) throw Object.assign(new Error('not UTF-8'), { type: 'charset.invalid' });
}

const jsonBodies = [refuseOtherBodies, express.json({ limit: '100kb', verify: refuseOtherThanUtf8 })];
