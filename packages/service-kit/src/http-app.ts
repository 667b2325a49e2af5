import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Log } from './log.ts';
import { Problem } from './problem.ts';
import { problemResponses, requestPath } from './problem-response.ts';
import { requestLog } from './request-log.ts';

interface HttpApp {
  log: Log;
  /** Comes before all else, and leaves in a request's headers only what can be believed of the caller. */
  caller: RequestHandler;
  /** What every request passes before it is routed: by default the parser of JSON bodies. */
  before?: RequestHandler[];
  /** Adds the service's own routes. */
  mount: (app: Express) => void;
}

/**
 * An Express app with what every service needs around its routes: request ids, one log line a request, safe
 * headers, JSON bodies up to 100 kB, and problem documents for everything that goes wrong.
 */
export function createHttpApp({ log, caller, before = jsonBodies, mount }: HttpApp): Express {
  const app = express();
  // Routes that show one resource set its entity tag; any other answer has none to compare with.
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(caller, requestLog(log), safeHeaders, ...before);
  mount(app);
  app.use((req) => {
    throw Problem.notFound(`such path: ${requestPath(req)}`);
  });
  app.use(problemResponses);
  return app;
}

/**
 * For answers that are data and never a page: a browser that shows one runs, loads and frames nothing. Left out is what
 * only pages have a use for, and `Strict-Transport-Security`: TLS ends before us, and whoever ends it knows whether all
 * of a domain has it. Pages of allowed origins (CORS) are not concerned by `Cross-Origin-Resource-Policy`.
 */
const safeHeaders = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  xFrameOptions: { action: 'deny' },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

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
