import type { Clock } from '@kontakt/convergence';
import {
  createHttpApp,
  healthRoutes,
  metricsRoutes,
  mountRoutes,
  readYourWrites,
  requireInternalToken,
  type Log,
} from '@kontakt/service-kit';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import { hasReached } from './contacts/has-reached.ts';
import type { Db } from './db.ts';
import { internalRoutes } from './internal/routes.ts';
import { membershipRoutes } from './memberships/routes.ts';

export interface Deps {
  db: Db;
  clock: Clock;
  log: Log;
  metrics: Registry;
  /** Rejects while events can neither be published nor received. */
  checkBroker: () => Promise<void>;
  internalToken: string;
}

/** Every route of Multi-Chapter Membership. */
export function createApp(deps: Deps): Express {
  return createHttpApp({
    log: deps.log,
    mount: (app) => {
      mountRoutes(
        app,
        '',
        healthRoutes({ database: () => deps.db.pool.query('SELECT 1') }, { broker: deps.checkBroker }),
      );
      mountRoutes(app, '', metricsRoutes(deps.metrics));
      app.use(
        '/api',
        readYourWrites((promised) => hasReached(deps.db, promised)),
      );
      mountRoutes(app, '/api/v1/contact-chapters', membershipRoutes(deps));
      app.use('/internal', requireInternalToken(deps.internalToken));
      mountRoutes(app, '/internal', internalRoutes(deps));
    },
  });
}
