import type { Log } from '@kontakt/service-kit';
import { Problem } from '@kontakt/service-kit';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit';
import { clientAddress } from './caller.ts';

export interface RateLimit {
  /** Requests of one client in a minute. */
  perMinute: number;
  /** Where they are counted; undefined when that is in this process. */
  store: Store | undefined;
}

/**
 * Refuses with 429 what a client asks for beyond its limit, and tells each client in every answer how much it has left.
 * A client is whom its token names, else its address: with IPv6 the /64, of which one machine can have every address.
 * When the store cannot count, requests pass. A request counts once, however often it comes by here.
 */
export function limitRate({ perMinute, store }: RateLimit, log: Log): RequestHandler {
  const counted = new WeakSet<Request>();
  const limit = rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    keyGenerator: (req) => req.get('Internal-Subject') ?? ipKeyGenerator(clientAddress(req), 64),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    ...(store && { store }),
    passOnStoreError: true,
    logger: createQuietLogger(log),
    handler: (_req, _res, next) => {
      const detail = `You may ask ${perMinute} times in a minute. Retry-After says when you may go on.`;
      next(new Problem(429, 'too-many-requests', detail));
    },
  });
  return (req, res, next) => {
    if (counted.has(req)) {
      next();
      return;
    }
    counted.add(req);
    return limit(req, res, next);
  };
}

/** Counts, too, what was refused before it was counted: an address cannot try one token after the other. */
export function limitRefused(limit: RequestHandler): ErrorRequestHandler {
  return (error, req, res, next) => {
    void limit(req, res, (beyond?: unknown) => {
      next(beyond ?? error);
    });
  };
}

/** Writes a line a minute: while a store is away, every request would have one. */
function createQuietLogger(log: Log) {
  let nextAt = 0;
  const write = (error: unknown) => {
    if (Date.now() < nextAt) return;
    nextAt = Date.now() + 60_000;
    log.warn({ err: error }, 'requests pass without a limit');
  };
  return { warn: write, error: write };
}
