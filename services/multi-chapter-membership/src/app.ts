import type { Clock } from '@kontakt/convergence';
import {
  believeOurs,
  createHttpApp,
  healthRoutes,
  metricsRoutes,
  mountApi,
  mountRoutes,
  readYourWrites,
  requireAccess,
  requireInternalToken,
  type Log,
} from '@kontakt/service-kit';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import { createApi } from './api.ts';
import { hasReached } from './contacts/has-reached.ts';
import type { Db } from './db.ts';
import { internalRoutes } from './internal/routes.ts';

export interface Deps {
  db: Db;
  clock: Clock;
  log: Log;
  metrics: Registry;
  /** Rejects while events can neither be published nor received. */
  checkBroker: () => Promise<void>;
  /** What the gateway and the other services show. */
  internalTokens: string[];
  auth: 'off' | 'jwt';
}

/** Every route of Multi-Chapter Membership. */
export function createApp(deps: Deps): Express {
  return createHttpApp({
    log: deps.log,
    caller: believeOurs(deps.internalTokens),
    mount: (app) => {
      mountRoutes(
        app,
        '',
        healthRoutes({ database: () => deps.db.pool.query('SELECT 1') }, { broker: deps.checkBroker }),
      );
      mountRoutes(app, '', metricsRoutes(deps.metrics));
      app.use('/api', requireAccess(deps.auth));
      app.use(
        '/api',
        readYourWrites(deps.internalTokens, (promised) => hasReached(deps.db, promised)),
      );
      mountApi(app, createApi(deps));
      app.use('/internal', requireInternalToken(deps.internalTokens));
      mountRoutes(app, '/internal', internalRoutes(deps));
    },
  });
}
