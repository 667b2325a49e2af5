import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

export interface DatabaseOptions {
  database: string;
  /** Owns the database, may log in, and has no other right. */
  user: string;
  /** A random one by default. */
  password?: string;
}

/**
 * Makes a database and the user who owns it, each unless it is there, and answers the user's URL. The user gets a new
 * password each time. Nobody but the owner (and superusers) can connect to the database.
 */
export async function ensureDatabase(adminUrl: string, options: DatabaseOptions): Promise<string> {
  const { database, user, password = randomBytes(24).toString('base64url') } = options;
  const client = new Client({ connectionString: adminUrl });
  // A connection that breaks between two queries is told by the next one.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await ensureUser(client, user, password);
    await ensureOwned(client, database, user);
  } finally {
    await client.end();
  }
  return urlFor(adminUrl, { database, user, password });
}

async function ensureUser(client: Client, user: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  const role = `ROLE ${escapeIdentifier(user)} ${rights} PASSWORD ${escapeLiteral(password)}`;
  await client.query(`${rowCount === 0 ? 'CREATE' : 'ALTER'} ${role}`);
}

async function ensureOwned(client: Client, database: string, user: string): Promise<void> {
  const name = escapeIdentifier(database);
  const owner = escapeIdentifier(user);
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${name} OWNER ${owner}`);
  else await client.query(`ALTER DATABASE ${name} OWNER TO ${owner}`);
  await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
}

function urlFor(adminUrl: string, { database, user, password }: Required<DatabaseOptions>): string {
  const url = new URL(adminUrl);
  url.username = user;
  url.password = password;
  url.pathname = encodeURIComponent(database);
  return url.href;
}
