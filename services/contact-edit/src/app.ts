import type { Clock } from '@kontakt/convergence';
import {
  createHttpApp,
  healthRoutes,
  metricsRoutes,
  mountRoutes,
  readYourWrites,
  type Log,
} from '@kontakt/service-kit';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import { affiliationRoutes } from './affiliations/routes.ts';
import { hasReached } from './contacts/has-reached.ts';
import { contactRoutes } from './contacts/routes.ts';
import type { Db } from './db.ts';
import type { OtherServices } from './refresh/ask-services.ts';
import { refreshRoutes } from './refresh/routes.ts';

export interface Deps {
  db: Db;
  clock: Clock;
  log: Log;
  metrics: Registry;
  /** Rejects while events can neither be published nor received. */
  checkBroker: () => Promise<void>;
  defaultOrgId: string;
  otherServices: OtherServices;
}

/** Every route of Contact Edit. */
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
      mountRoutes(app, '/api/v1/contacts', contactRoutes(deps));
      mountRoutes(app, '/api/v1/contacts', affiliationRoutes(deps));
      mountRoutes(app, '/api/v1/contacts', refreshRoutes(deps));
    },
  });
}
