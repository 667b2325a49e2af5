import type { Express, RequestHandler } from 'express';
import { Problem } from './problem.ts';

type Method = 'get' | 'post' | 'put' | 'delete';

/** Path → method → handler. Paths are matched in the order in which they stand. */
export type RouteTable = Record<string, Partial<Record<Method, RequestHandler>>>;

/** Mounts the routes below `base`; a method that a path does not have is a 405 that lists those it has. */
export function mountRoutes(app: Express, base: string, table: RouteTable): void {
  for (const [path, handlers] of Object.entries(table)) {
    const route = app.route(base + path);
    const methods = Object.keys(handlers).map((method) => method.toUpperCase());
    const allow = [...(methods.includes('GET') ? ['HEAD'] : []), ...methods].sort().join(', ');

    if (handlers.get) route.get(handlers.get);
    if (handlers.post) route.post(handlers.post);
    if (handlers.put) route.put(handlers.put);
    if (handlers.delete) route.delete(handlers.delete);
    route.all((req) => {
      throw new Problem(405, 'method-not-allowed', `${req.method} is not possible here; ${allow} is.`, {
        headers: { Allow: allow },
      });
    });
  }
}
