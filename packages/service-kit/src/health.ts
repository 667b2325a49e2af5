import type { RouteTable } from './routes.ts';

/** Name of what is needed → a promise that rejects when it is not there. */
export type ReadinessChecks = Record<string, () => Promise<unknown>>;

/**
 * `/livez`: the process answers. `/readyz`: it can do its work; 503 names what is missing.
 * Not problem documents: probes and people read them, and both want the whole list.
 * @param needed what it cannot do without.
 * @param missed what it can do without for a while: `degraded`, and still 200.
 */
export function healthRoutes(needed: ReadinessChecks, missed: ReadinessChecks = {}): RouteTable {
  return {
    '/livez': {
      get: (_req, res) => {
        res.json({ status: 'ok' });
      },
    },
    '/readyz': {
      get: async (_req, res) => {
        const [needs, misses] = await Promise.all([runChecks(needed), runChecks(missed)]);
        const ready = Object.values(needs).every((state) => state === 'ok');
        const whole = Object.values(misses).every((state) => state === 'ok');
        res
          .status(ready ? 200 : 503)
          .set('Cache-Control', 'no-store')
          .json({ status: ready ? (whole ? 'ready' : 'degraded') : 'not ready', checks: { ...needs, ...misses } });
      },
    },
  };
}

async function runChecks(checks: ReadinessChecks): Promise<Record<string, 'ok' | 'unavailable'>> {
  const states = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const ok = await check().then(
        () => true,
        () => false,
      );
      return [name, ok ? 'ok' : 'unavailable'] as const;
    }),
  );
  return Object.fromEntries(states);
}
