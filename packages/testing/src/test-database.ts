import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import type { Service } from './services.ts';
import { withConnection } from './sql.ts';
import { currentTestRun, templateName, urlOf } from './test-run.ts';

export interface TestDatabase {
  url: string;
  /** Removes the database. Close your own connections first: what is still open after five seconds is cut. */
  drop: () => Promise<void>;
}

/**
 * A fresh database for a service, with its migrations applied and nothing in it, owned by an ordinary user. It is a copy
 * of a template, so it costs less than migrating; call it in a test file's beforeAll.
 */
export async function createTestDatabase(service: Service): Promise<TestDatabase> {
  const run = currentTestRun();
  if (run === undefined) throw new Error('Test databases are prepared by Jest’s global set-up, which has not run.');

  const template = templateName(run.prefix, service);
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  const execute = (sql: string): Promise<unknown> => withConnection(run.adminUrl, (client) => client.query(sql));
  const owner = escapeIdentifier(decodeURIComponent(new URL(run.ownerUrl).username));
  await execute(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${owner}`);
  return {
    url: urlOf(run.ownerUrl, name),
    drop: async () => {
      // A pool says that it has ended before PostgreSQL knows. This waits for connections, up to five seconds.
      await execute(`DROP DATABASE IF EXISTS ${name}`).catch(() =>
        execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      );
    },
  };
}
