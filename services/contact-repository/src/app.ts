import type { Clock } from '@kontakt/convergence';
import { createHttpApp, healthRoutes, mountRoutes, requireInternalToken, type Log } from '@kontakt/service-kit';
import type { Express } from 'express';
import { contactRoutes } from './contacts/routes.ts';
import type { Db } from './db.ts';
import { internalRoutes } from './internal/routes.ts';
import { peerMentorRoutes } from './peer-mentors/routes.ts';

export interface Deps {
  db: Db;
  clock: Clock;
  log: Log;
  internalToken: string;
}

/** Every route of Contact Repository. */
export function createApp(deps: Deps): Express {
  return createHttpApp({
    log: deps.log,
    mount: (app) => {
      mountRoutes(app, '', healthRoutes({ database: () => deps.db.pool.query('SELECT 1') }));
      mountRoutes(app, '/api/v1/contacts/peer-mentors', peerMentorRoutes(deps));
      mountRoutes(app, '/api/v1/contacts', contactRoutes(deps));
      app.use('/internal', requireInternalToken(deps.internalToken));
      mountRoutes(app, '/internal', internalRoutes(deps));
    },
  });
}
