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
  type Log,
} from '@kontakt/service-kit';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import { createApi } from './api.ts';
import { hasReached } from './contacts/has-reached.ts';
import type { Db } from './db.ts';
import type { OtherServices } from './refresh/ask-services.ts';

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
  defaultOrgId: string;
  otherServices: OtherServices;
}

/** Every route of Contact Edit. */
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
    },
  });
}
