import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { PostgresError } from './errors.ts';
import type { Server } from './server.ts';

const pollMs = 10;
/** Recovery after a crash can take its time. */
const deadlineMs = 60_000;
/** A server that recovers says so at once. Who says nothing is another program, which has got our port. */
const answerMs = 1_000;

/** A replica has it from its primary. */
const closeOwnDatabases = `DO $$ BEGIN
  IF NOT pg_is_in_recovery() THEN REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC; END IF;
END $$`;

/** Waits until the server answers, closes its own databases to other users, and answers its version. */
export async function whenReady(server: Server, adminUrl: string): Promise<string> {
  const client = await firstConnection(server, adminUrl);
  try {
    await client.query(closeOwnDatabases);
    return await versionOf(client);
  } finally {
    await client.end();
  }
}

/** Tries again and again: before the server listens, connecting fails at once. */
async function firstConnection(server: Server, adminUrl: string): Promise<Client> {
  const start = Date.now();
  while (!server.hasEnded) {
    const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: answerMs });
    // A connection that breaks between two queries is told by the next one.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (Date.now() - start > deadlineMs) throw doesNotAnswer(error);
    }
    await sleep(pollMs);
  }
  throw new Error('the server has ended');
}

function doesNotAnswer(cause: unknown): PostgresError {
  return new PostgresError(`PostgreSQL does not answer ${deadlineMs / 1000} s after its start (${String(cause)}).`);
}

async function versionOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version ?? 'unknown';
}
