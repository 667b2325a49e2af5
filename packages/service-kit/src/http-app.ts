import { isUtf8 } from 'node:buffer';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Log } from './log.ts';
import { Problem } from './problem.ts';
import { problemResponses, requestPath } from './problem-response.ts';
import { requestLog } from './request-log.ts';

/** What every request passes before it is routed: looks at it, and throws what refuses it. */
export type Step = (req: Request, res: Response) => void;

interface HttpApp {
  log: Log;
  /** Comes before all else, and leaves in a request's headers only what can be believed of the caller. */
  caller: Step;
  before?: Step[];
  /** What takes the bodies: by default the parser of JSON. */
  bodies?: RequestHandler[];
  /** Adds the service's own routes. */
  mount: (app: Express) => void;
}

/**
 * An Express app with what every service needs around its routes: request ids, one log line a request, safe
 * headers, JSON bodies up to 100 kB, and problem documents for everything that goes wrong.
 */
export function createHttpApp({ log, caller, before = [], bodies = [jsonBodies], mount }: HttpApp): Express {
  const app = express();
  app.disable('x-powered-by');
  // Routes that show one resource set its entity tag; any other answer has none to compare with.
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(inTurn([caller, requestLog(log), setSafeHeaders, ...before]), ...bodies);
  mount(app);
  app.use((req) => {
    throw Problem.notFound(`such path: ${requestPath(req)}`);
  });
  app.use(problemResponses);
  return app;
}

/** All of them as one: to Express each handler is a layer of its own, which costs more than most steps do. */
function inTurn(steps: Step[]): RequestHandler {
  return (req, res, next) => {
    for (const step of steps) step(req, res);
    next();
  };
}

/**
 * For answers that are data and never a page: a browser that shows one runs, loads and frames nothing. Left out is what
 * only pages have a use for, and `Strict-Transport-Security`: TLS ends before us, and whoever ends it knows whether all
 * of a domain has it. Pages of allowed origins (CORS) are not concerned by `Cross-Origin-Resource-Policy`.
 */
const protect = helmet({
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

/** They are the same for all: asked for once. */
const safeHeaders = Object.entries(headersOf(protect));

function headersOf(handler: typeof protect) {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  handler(res.req, res, () => undefined);
  return res.getHeaders();
}

const setSafeHeaders: Step = (_req, res) => {
  for (const [name, value] of safeHeaders) if (value !== undefined) res.setHeader(name, value);
};

/** A body must be JSON. Express's parser passes over any other, and the route would see none. */
const jsonBodies: RequestHandler = (req, res, next) => {
  const { 'content-length': length, 'transfer-encoding': inChunks } = req.headers;
  if (length === undefined && inChunks === undefined) {
    next();
    return;
  }
  if (length === '0' || req.is('application/json') !== false) {
    parseJson(req, res, next);
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

const parseJson: RequestHandler = express.json({ limit: '100kb', verify: refuseOtherThanUtf8 });
