import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import type { Log } from './log.ts';
import { Problem } from './problem.ts';
import { problemResponses } from './problem-response.ts';

/**
 * An Express app with what every service needs around its routes: request ids, one log line a request, safe
 * headers, JSON bodies up to 100 kB, and problem documents for everything that goes wrong.
 * @param mount adds the service's own routes.
 */
export function createHttpApp(log: Log, mount: (app: Express) => void): Express {
  const app = express();
  // Routes that show one resource set its entity tag; any other answer has none to compare with.
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(requestLog(log), helmet(), jsonBody, express.json({ limit: '100kb' }));
  mount(app);
  app.use((req) => {
    throw Problem.notFound(`such path: ${req.path}`);
  });
  app.use(problemResponses);
  return app;
}

/** One line a request: never a body, a query's value or a header but the request's id. */
export function requestLog(log: Log): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (req, res) => {
      const id = requestId(req);
      res.setHeader('X-Request-Id', id);
      return id;
    },
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'info'),
    serializers: {
      req: (req: { id: string; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        path: req.url.split('?', 1)[0],
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
  });
}

/** The caller's request id where it is harmless in a log and a header, else a new one. */
function requestId(req: IncomingMessage): string {
  const given = req.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** A body must be JSON. Express's parser passes over any other, and the route would see none. */
const jsonBody: RequestHandler = (req, _res, next) => {
  if (req.is('application/json') === false) {
    throw new Problem(415, 'unsupported-media-type', 'The body must be JSON (Content-Type: application/json).', {
      headers: { Accept: 'application/json' },
    });
  }
  next();
};
