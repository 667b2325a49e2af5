import type { RouteTable, Step } from '@kontakt/service-kit';
import type { Express } from 'express';

/** What a page may read of an answer, besides what every page may. */
const exposed = 'Consistency-Token, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';
/** What a page may send, besides what every page may. */
const sendable =
  'Authorization, Consistency-Token, Content-Type, Idempotency-Key, If-Match, If-None-Match, traceparent, tracestate';

/**
 * Lets pages of these origins read answers. They send their token themselves, so cookies and the like stay forbidden
 * (no `Access-Control-Allow-Credentials`).
 */
export function allowOrigins(origins: string[]): Step {
  return (req, res) => {
    const { origin } = req.headers;
    res.vary('Origin');
    if (origin !== undefined && origins.includes(origin)) {
      res.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': exposed });
    }
  };
}

/** Answers, for each path of the table, what a browser asks before it sends what a page of an allowed origin wants. */
export function mountPreflights(app: Express, base: string, table: RouteTable): void {
  for (const [path, answering] of Object.entries(table)) {
    const methods = Object.keys(answering).map((method) => method.toUpperCase());
    const allowed = methods.includes('GET') ? ['HEAD', ...methods] : methods;
    app.options(base + path, (req, res, next) => {
      if (req.get('Access-Control-Request-Method') === undefined || !res.hasHeader('Access-Control-Allow-Origin')) {
        next('route');
        return;
      }
      res.status(204).set({
        'Access-Control-Allow-Methods': allowed.join(', '),
        'Access-Control-Allow-Headers': sendable,
        'Access-Control-Max-Age': '7200', // Chromium's most
      });
      res.end();
    });
  }
}
