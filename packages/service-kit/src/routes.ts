import type { Express, RequestHandler } from 'express';
import type { Endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

export const methods = ['get', 'post', 'put', 'delete'] as const;

/** Path → method → what answers. Paths are matched in the order in which they stand. */
export type RouteTable = Record<string, Partial<Record<(typeof methods)[number], RequestHandler | Endpoint>>>;

/**
 * Mounts the routes below `base`; a method that a path does not have is a 405 that lists those it has.
 * @param before what a request passes in front of what answers it: then its route is known, to the log too.
 */
export function mountRoutes(app: Express, base: string, table: RouteTable, before: RequestHandler[] = []): void {
  for (const [path, answering] of Object.entries(table)) {
    const route = app.route(base + path);
    for (const method of methods) {
      const handler = answering[method];
      if (handler) route[method](...before, typeof handler === 'function' ? handler : handler.handler);
    }
    const known = methods.filter((method) => answering[method]).map((method) => method.toUpperCase());
    const allow = [...(known.includes('GET') ? ['HEAD'] : []), ...known].sort().join(', ');
    route.all((req) => {
      throw new Problem(405, 'method-not-allowed', `${req.method} is not possible here; ${allow} is.`, {
        headers: { Allow: allow },
      });
    });
  }
}
