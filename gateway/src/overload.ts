import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Problem } from '@kontakt/service-kit';
import type { RequestHandler } from 'express';
import { hasBody } from './headers.ts';
import type { Forward } from './proxy.ts';

/** By then every answer is late by some of these. */
const maxDelayMs = 250;

/**
 * Refuses with 503 while this process comes round too rarely: it answers few in time rather than all too late.
 * @param delayMs how long each event has had to wait for its turn of late.
 */
export function refuseWhenBusy(delayMs = createDelayMeter()): RequestHandler {
  const problem = overloaded('The gateway');
  return (_req, _res, next) => {
    if (delayMs() > maxDelayMs) throw problem;
    next();
  };
}

/** The median of the last second: one long pause is no overload, and a second has at least five turns to judge by. */
export function createDelayMeter(windowMs = 1_000): () => number {
  const delays = monitorEventLoopDelay();
  delays.enable();
  let readAt = performance.now();
  let medianMs = 0;
  return () => {
    if (performance.now() - readAt >= windowMs && delays.count >= 5) {
      medianMs = delays.percentile(50) / 1e6;
      delays.reset();
      readAt = performance.now();
    }
    return medianMs;
  };
}

/**
 * Refuses with 503 what would have to wait for a service behind too many others. A request counts from when it has
 * arrived until its answer begins: who is slow to send or to read takes nobody's place.
 */
export function capWaiting(forward: Forward, { service, most }: { service: string; most: number }): RequestHandler {
  const problem = overloaded(service);
  // A number. In a set, each request would be kept until a full collection: when its table is replaced by the next, the
  // old one keeps what is in it, and points to the next.
  let waiting = 0;
  return (req, res, next) => {
    if (waiting >= most) throw problem;
    let counted = 0;
    const start = () => {
      counted = 1;
      waiting += 1;
    };
    const stop = () => {
      req.off('end', start);
      waiting -= counted;
      counted = 0;
    };
    if (hasBody(req)) req.once('end', start);
    else start();
    res.once('close', stop);
    forward(req, res, { next, begun: stop });
  };
}

/** Made once and not for each request that is refused: then of all times its stack would cost much. */
function overloaded(what: string): Problem {
  return new Problem(503, 'overloaded', `${what} has too much to do just now.`, { headers: { 'Retry-After': '1' } });
}
