import { randomBytes } from 'node:crypto';
import { migrate } from '@kontakt/migrate';
import { type Client, escapeIdentifier } from 'pg';
import { type ProvidedPostgres, providePostgres } from './postgres-provider.ts';
import { hasMigrations, schemaOf, type Service, services } from './services.ts';
import { withConnection } from './sql.ts';
import { templateName, type TestRun, urlOf } from './test-run.ts';

/** A server with the templates of a test run. */
export interface TestServer {
  run: TestRun;
  /** Removes what was made, and stops the server if it was started for this. */
  stop: () => Promise<void>;
}

/** Provides a server and prepares the templates in it. */
export async function startTestServer(env: NodeJS.ProcessEnv = process.env): Promise<TestServer> {
  const postgres = await providePostgres(env);
  // Random, so that runs that share a server do not meet.
  const prefix = `kontakt_test_${randomBytes(4).toString('hex')}`;
  const stop = async (): Promise<void> => {
    if (!postgres.isOurs) await withConnection(postgres.adminUrl, (admin) => removeAll(admin, prefix));
    await postgres.stop();
  };
  try {
    return { run: await prepare(postgres, prefix), stop };
  } catch (error) {
    await stop().catch(() => undefined); // the first error tells more
    throw new Error(`The test databases could not be prepared (${postgres.provider}): ${String(error)}`, {
      cause: error,
    });
  }
}

async function prepare(postgres: ProvidedPostgres, prefix: string): Promise<TestRun> {
  const { adminUrl } = postgres;
  const run = await withConnection(adminUrl, async (admin) => ({
    adminUrl,
    ownerUrl: await ensureOwner(admin, adminUrl, prefix),
    prefix,
    summary: await summaryOf(admin, postgres),
  }));
  const made = await Promise.allSettled(services.filter(hasMigrations).map((service) => createTemplate(run, service)));
  for (const result of made) if (result.status === 'rejected') throw result.reason;
  return run;
}

/**
 * The user who owns the test databases has the same rights as the product's users: none but to its databases. Somebody
 * who is no superuser cannot give a database away, and so is that user itself.
 */
async function ensureOwner(admin: Client, adminUrl: string, prefix: string): Promise<string> {
  const { rows } = await admin.query<{ rolsuper: boolean }>(
    'SELECT rolsuper FROM pg_roles WHERE rolname = current_user',
  );
  if (rows[0]?.rolsuper !== true) return adminUrl;
  const username = `${prefix}_owner`;
  const password = randomBytes(16).toString('hex');
  await admin.query(`CREATE ROLE ${username} LOGIN PASSWORD '${password}'`);
  return Object.assign(new URL(adminUrl), { username, password }).href;
}

async function createTemplate({ adminUrl, ownerUrl, prefix }: TestRun, service: Service): Promise<void> {
  const name = templateName(prefix, service);
  const owner = escapeIdentifier(decodeURIComponent(new URL(ownerUrl).username));
  await withConnection(adminUrl, async (admin) => {
    // The same collation everywhere, whatever a server was set up with.
    const form = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'";
    await admin.query(`CREATE DATABASE ${name} OWNER ${owner} ${form}`);
    await migrate({ databaseUrl: urlOf(ownerUrl, name), schema: schemaOf(service) });
    // A database can only be copied while nobody is connected to it.
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  });
}

async function summaryOf(admin: Client, { provider, passedOver }: ProvidedPostgres): Promise<string> {
  const { rows } = await admin.query<{ server_version: string }>('SHOW server_version');
  const reason = passedOver === undefined ? '' : ` (passed over: ${passedOver})`;
  return `PostgreSQL ${rows[0]?.server_version ?? 'unknown'}, ${provider}${reason}`;
}

async function removeAll(admin: Client, prefix: string): Promise<void> {
  const { rows } = await admin.query<{ sql: string }>(
    `SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', datname) AS sql
     FROM pg_database WHERE starts_with(datname, $1)
     UNION ALL
     SELECT format('DROP ROLE IF EXISTS %I', rolname) FROM pg_roles WHERE starts_with(rolname, $1)`,
    [prefix],
  );
  for (const { sql } of rows) await admin.query(sql);
}
