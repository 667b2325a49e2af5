import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createClock, never } from '@kontakt/convergence';
import { createLog, createMetrics, startHttpServer } from '@kontakt/service-kit';
import { createClient, createTestDatabase } from '@kontakt/testing';
import { createApp } from '../src/app.ts';
import { createDb } from '../src/db.ts';

export const internalToken = 'a-token-only-for-tests';

/** The real app on a free port and a database of its own; the other services are where the test says. */
export async function startApp(others = { contactRepositoryUrl: nowhere, multiChapterMembershipUrl: nowhere }) {
  const database = await createTestDatabase('contact-edit');
  const log = createLog({ service: 'contact-edit', level: 'silent' });
  const db = createDb({ databaseUrl: database.url, poolSize: 4, log });
  const clock = createClock({ node: 'ce.test', startAfter: never });
  const otherServices = { ...others, internalToken };
  const app = createApp({
    db,
    clock,
    log,
    metrics: createMetrics(db.pool),
    checkBroker: () => Promise.resolve(),
    internalTokens: [internalToken],
    auth: 'off',
    defaultOrgId: 'org_default',
    otherServices,
  });
  const http = await startHttpServer(app, { port: 0, host: '127.0.0.1', log });
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

/** Nobody listens on the discard port. */
const nowhere = 'http://127.0.0.1:9';

/** Stands in for another service over real HTTP. */
export async function startOtherService(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const path = '/api/v1/contacts';

let created = 0;

/** A body that is valid, different each time. */
export function newContact(given: Record<string, unknown> = {}) {
  created += 1;
  return { first_name: 'Test', last_name: `Person${created}`, email: `test${created}@example.no`, ...given };
}
