import type { RouteTable } from './routes.ts';

/** Name of what is needed → a promise that rejects when it is not there. */
export type ReadinessChecks = Record<string, () => Promise<unknown>>;

/**
 * `/livez`: the process answers. `/readyz`: it can do its work; 503 names what is missing.
 * Not problem documents: probes and people read them, and both want the whole list.
 */
export function healthRoutes(checks: ReadinessChecks): RouteTable {
  return {
    '/livez': {
      get: (_req, res) => {
        res.json({ status: 'ok' });
      },
    },
    '/readyz': {
      get: async (_req, res) => {
        const names = Object.keys(checks);
        const results = await Promise.allSettled(Object.values(checks).map((check) => check()));
        const states = names.map((name, i) => [name, results[i]?.status === 'fulfilled' ? 'ok' : 'unavailable']);
        const ready = results.every(({ status }) => status === 'fulfilled');
        res
          .status(ready ? 200 : 503)
          .set('Cache-Control', 'no-store')
          .json({
            status: ready ? 'ready' : 'not ready',
            checks: Object.fromEntries(states) as Record<string, string>,
          });
      },
    },
  };
}
