import type { Clock } from '@kontakt/convergence';
import { createHttpApp, healthRoutes, mountRoutes, type Log } from '@kontakt/service-kit';
import type { Express } from 'express';
import { affiliationRoutes } from './affiliations/routes.ts';
import { contactRoutes } from './contacts/routes.ts';
import type { Db } from './db.ts';
import type { OtherServices } from './refresh/ask-services.ts';
import { refreshRoutes } from './refresh/routes.ts';

export interface Deps {
  db: Db;
  clock: Clock;
  log: Log;
  defaultOrgId: string;
  otherServices: OtherServices;
}

/** Every route of Contact Edit. */
export function createApp(deps: Deps): Express {
  return createHttpApp({
    log: deps.log,
    mount: (app) => {
      mountRoutes(app, '', healthRoutes({ database: () => deps.db.pool.query('SELECT 1') }));
      mountRoutes(app, '/api/v1/contacts', contactRoutes(deps));
      mountRoutes(app, '/api/v1/contacts', affiliationRoutes(deps));
      mountRoutes(app, '/api/v1/contacts', refreshRoutes(deps));
    },
  });
}
