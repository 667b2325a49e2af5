import type { Clock } from '@kontakt/convergence';
import { createHttpApp, healthRoutes, mountRoutes, requireInternalToken, type Log } from '@kontakt/service-kit';
import type { Express } from 'express';
import type { Db } from './db.ts';
import { internalRoutes } from './internal/routes.ts';
import { membershipRoutes } from './memberships/routes.ts';

export interface Deps {
  db: Db;
  clock: Clock;
  log: Log;
  internalToken: string;
}

/** Every route of Multi-Chapter Membership. */
export function createApp(deps: Deps): Express {
  return createHttpApp({
    log: deps.log,
    mount: (app) => {
      mountRoutes(app, '', healthRoutes({ database: () => deps.db.pool.query('SELECT 1') }));
      mountRoutes(app, '/api/v1/contact-chapters', membershipRoutes(deps));
      app.use('/internal', requireInternalToken(deps.internalToken));
      mountRoutes(app, '/internal', internalRoutes(deps));
    },
  });
}
