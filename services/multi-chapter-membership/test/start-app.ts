import { createClock, never } from '@kontakt/convergence';
import { createLog, createMetrics, startHttpServer } from '@kontakt/service-kit';
import { createClient, createTestDatabase } from '@kontakt/testing';
import { createApp } from '../src/app.ts';
import { createDb } from '../src/db.ts';

export const internalToken = 'a-token-only-for-tests';

/** The real app on a free port and a database of its own. */
export async function startApp() {
  const database = await createTestDatabase('multi-chapter-membership');
  const log = createLog({ service: 'multi-chapter-membership', level: 'silent' });
  const db = createDb({ databaseUrl: database.url, poolSize: 4, log });
  const clock = createClock({ node: 'mm.test', startAfter: never });
  const http = await startHttpServer(
    createApp({
      db,
      clock,
      log,
      metrics: createMetrics(db.pool),
      checkBroker: () => Promise.resolve(),
      internalTokens: [internalToken],
      auth: 'off',
    }),
    { port: 0, host: '127.0.0.1', log },
  );
  return {
    api: createClient(http.url),
    db,
    async stop() {
      await http.stop();
      await db.close();
      await database.drop();
    },
  };
}

export const path = '/api/v1/contact-chapters';

let created = 0;

/** A body that is valid, different each time. */
export function newMembership(given: Record<string, unknown> = {}) {
  created += 1;
  return { contact_id: `contact-${created}`, chapter_id: 'chapter-test', ...given };
}
