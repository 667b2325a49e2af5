// `npm run parked -- <service> list|retry|drop [--id N]`: what could not be published, time and again. DATABASE_URL is the service's own.
import { parseArgs } from 'node:util';
import { runCommand, settings, parseConfig, StartError } from '@kontakt/service-kit';
import Joi from 'joi';
import { Client } from 'pg';

/** Only of the named service, so that nothing is dropped in another's database. */
const those = `parked AND event::json->>'source' = '/' || $1 AND ($2::bigint IS NULL OR id = $2)`;
const shown = `id, event::json->>'type' AS type, event::json->>'subject' AS subject, created_at`;
const statements = {
  list: `SELECT ${shown} FROM outbox WHERE ${those} ORDER BY id`,
  retry: `UPDATE outbox SET parked = false, attempts = 0, available_at = now() WHERE ${those} RETURNING ${shown}`,
  drop: `DELETE FROM outbox WHERE ${those} RETURNING ${shown}`,
};

interface ParkedEvent {
  id: string;
  type: string;
  subject: string;
  created_at: Date;
}

await runCommand('The look at parked events', async () => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { id: { type: 'string' } } });
  const [service, action] = positionals;
  if (service === undefined || !isAction(action) || !/^\d{1,18}$/.test(values.id ?? '0')) {
    throw new StartError('Name a service and what to do: npm run parked -- contact-edit list|retry|drop [--id N]');
  }
  const schema = Joi.object<{ DATABASE_URL: string }>({ DATABASE_URL: settings.DATABASE_URL });
  const { DATABASE_URL } = parseConfig(schema, process.env);
  const client = new Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 3_000 });
  await client.connect();
  const { rows } = await client.query<ParkedEvent>(statements[action], [service, values.id]);
  await client.end();
  for (const { id, type, subject, created_at } of rows) {
    process.stdout.write(`${id}  ${type}  ${subject}  ${created_at.toISOString()}\n`);
  }
  process.stderr.write(`${rows.length} parked events of ${service}: ${action}\n`);
});

function isAction(word: string | undefined): word is keyof typeof statements {
  return word !== undefined && Object.hasOwn(statements, word);
}
