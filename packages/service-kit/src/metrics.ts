import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Pool } from 'pg';
import type { RouteTable } from './routes.ts';

/** The metrics of one service: of its process, and of its outbox. A registry of its own, as services can share a process. */
export function createMetrics(pool: Pool): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'kontakt_outbox_oldest_seconds',
    help: 'Age of the oldest event that waits to be published.',
    registers: [registry],
    async collect() {
      this.set((await outboxState(pool)).age);
    },
  });
  new Gauge({
    name: 'kontakt_outbox_events',
    help: 'Events in the outbox: waiting to be published, or parked after too many failures.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const { waiting, parked } = await outboxState(pool);
      this.set({ state: 'waiting' }, waiting);
      this.set({ state: 'parked' }, parked);
    },
  });
  return registry;
}

interface OutboxState {
  waiting: number;
  parked: number;
  age: number;
}

/** In SQL: one statement for what Prisma would ask in three. */
async function outboxState(pool: Pool): Promise<OutboxState> {
  const { rows } = await pool.query<OutboxState>(
    `SELECT count(*) FILTER (WHERE NOT parked)::int AS waiting, count(*) FILTER (WHERE parked)::int AS parked,
       coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE NOT parked)), 0)::float8 AS age
     FROM outbox`,
  );
  return rows[0] ?? { waiting: 0, parked: 0, age: 0 };
}

/** `/metrics`, in Prometheus's text format. */
export function metricsRoutes(registry: Registry): RouteTable {
  return {
    '/metrics': {
      get: async (_req, res) => {
        res.type(registry.contentType).send(await registry.metrics());
      },
    },
  };
}
