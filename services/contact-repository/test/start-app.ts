import { createClock, never } from '@kontakt/convergence';
import { createLog, createMetrics, startHttpServer } from '@kontakt/service-kit';
import { createClient, createTestDatabase } from '@kontakt/testing';
import { createApp } from '../src/app.ts';
import { createDb } from '../src/db.ts';

export const internalToken = 'a-token-only-for-tests';

/** The real app on a free port and a database of its own. */
export async function startApp() {
  const database = await createTestDatabase('contact-repository');
  const log = createLog({ service: 'contact-repository', level: 'silent' });
  const db = createDb({ databaseUrl: database.url, poolSize: 4, log });

  /** Another instance of the service on the same database. */
  async function startInstance({ wallClock = Date.now }: { wallClock?: () => number } = {}) {
    const clock = createClock({ node: 'cr.test', startAfter: never, wallClock });
    const checkBroker = () => Promise.resolve();
    const app = createApp({
      db,
      clock,
      log,
      metrics: createMetrics(db.pool),
      checkBroker,
      internalTokens: [internalToken],
      auth: 'off',
    });
    const http = await startHttpServer(app, { port: 0, host: '127.0.0.1', log });
    return { api: createClient(http.url), stop: http.stop };
  }

  const first = await startInstance();
  return {
    api: first.api,
    db,
    databaseUrl: database.url,
    startInstance,
    async stop() {
      await first.stop();
      await db.close();
      await database.drop();
    },
  };
}

export const path = '/api/v1/contacts';

let created = 0;

/** A body that is valid, different each time. */
export function newContact(given: Record<string, unknown> = {}) {
  created += 1;
  return {
    full_name: `Test Person${created}`,
    email: `test${created}@example.no`,
    role: 'member',
    org_id: 'org_test',
    ...given,
  };
}
