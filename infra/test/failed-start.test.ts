import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { readConfig as readContactEdit, startContactEdit } from '@kontakt/contact-edit';
import { readConfig as readContactRepository, startContactRepository } from '@kontakt/contact-repository';
import { createInProcessBus, type Transport } from '@kontakt/messaging';
import { readConfig as readMembership, startMultiChapterMembership } from '@kontakt/multi-chapter-membership';
import { createTestDatabase, waitFor, withConnection } from '@kontakt/testing';

const inProcess = { inProcess: true };

test.each([
  {
    service: 'contact-repository',
    start: (env: NodeJS.ProcessEnv, bus: Transport) =>
      startContactRepository(readContactRepository(env, inProcess), bus),
  },
  {
    service: 'contact-edit',
    start: (env: NodeJS.ProcessEnv, bus: Transport) => startContactEdit(readContactEdit(env, inProcess), bus),
  },
  {
    service: 'multi-chapter-membership',
    start: (env: NodeJS.ProcessEnv, bus: Transport) => startMultiChapterMembership(readMembership(env, inProcess), bus),
  },
] as const)(
  'when the port of $service is taken, then its start leaves nothing that runs',
  async ({ service, start }) => {
    const database = await createTestDatabase(service);
    const bus = createInProcessBus({ queues: [service] });
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const env = {
        HOST: '127.0.0.1',
        PORT: String((other.address() as AddressInfo).port),
        DATABASE_URL: database.url,
        INTERNAL_TOKEN: 'a-token-that-is-only-for-tests-12345',
        DEFAULT_ORG_ID: 'org_default',
        CONTACT_REPOSITORY_URL: 'http://127.0.0.1:9',
        CONTACT_EDIT_URL: 'http://127.0.0.1:9',
        MULTI_CHAPTER_MEMBERSHIP_URL: 'http://127.0.0.1:9',
      };
      await expect(start(env, bus)).rejects.toMatchObject({ code: 'EADDRINUSE' });
      await withConnection(database.url, (client) =>
        // The server sees a moment later that a connection is closed.
        waitFor(async () => {
          const { rows } = await client.query<{ n: number }>(
            'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
          );
          return rows[0]?.n === 0;
        }),
      );
    } finally {
      other.close();
      await bus.close();
      await database.drop();
    }
  },
);
