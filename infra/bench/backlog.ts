import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseUrls } from '../local/databases.ts';
import { startBareBroker } from './bare-broker.ts';
import { median } from './load.ts';
import { startProgram } from './programs.ts';
import { ask } from './sample.ts';

export interface BacklogResult {
  events: number;
  /** Events a second: from the outbox to confirmed by the broker, and from the queue to committed by Contact Edit. */
  relayed: number;
  consumed: number;
  /** The same with bare amqplib, without a database: the median of three. */
  bare: { confirmed: number; consumed: number };
}

/** Marks the contacts' email as changed by the backlog, the n-th time. */
const stampOf = (time: number, n: string) => `'${time}-' || lpad(to_hex(${n}), 4, '0') || '-cr.backlog'`;

/**
 * How fast a backlog in the outbox of Contact Repository reaches the broker, and Contact Edit from there. Each service
 * runs alone meanwhile. The queues must be there from a run of the services before.
 */
export async function measureBacklog(
  databases: DatabaseUrls,
  brokerUrl: string,
  events: number,
): Promise<BacklogResult> {
  const time = Date.now();
  const [known] = await ask<{ contacts: number }>(
    databases['contact-repository'],
    `SELECT least(count(*), ${events})::int AS contacts FROM contacts WHERE deleted_stamp = ''`,
  );
  const contacts = known?.contacts ?? 0;
  const repetitions = Math.ceil(events / contacts);
  await ask(databases['contact-repository'], insertEvents(time, contacts, events));
  const settings = { AMQP_URL: brokerUrl, INTERNAL_TOKEN: 'bench-bench-bench-bench', DEFAULT_ORG_ID: 'org_01' };
  const urls = { CONTACT_REPOSITORY_URL: 'http://127.0.0.1:9', MULTI_CHAPTER_MEMBERSHIP_URL: 'http://127.0.0.1:9' };

  const repository = await startProgram('services/contact-repository/src/main.ts', {
    ...settings,
    DATABASE_URL: databases['contact-repository'],
  });
  const relayed = await rate(databases['contact-repository'], {
    left: 'SELECT count(*)::int AS n FROM outbox',
    lastLeft: 'SELECT count(*)::int AS n FROM (SELECT FROM outbox ORDER BY id DESC LIMIT 1) AS rows',
  });
  await repository.stop();

  const edit = await startProgram('services/contact-edit/src/main.ts', {
    ...settings,
    ...urls,
    DATABASE_URL: databases['contact-edit'],
  });
  // Whoever has got the last of its events has got them all; the order does not matter.
  const arrived = `email_stamp = ${stampOf(time, String(repetitions))}`;
  const inLast = events - contacts * (repetitions - 1);
  const last = await ask<{ id: string }>(
    databases['contact-repository'],
    `SELECT id FROM contacts WHERE deleted_stamp = '' ORDER BY id OFFSET ${Math.max(0, inLast - 500)} LIMIT ${Math.min(inLast, 500)}`,
  );
  const perContact = await rate(databases['contact-edit'], {
    left: `SELECT ${inLast} - count(*)::int AS n FROM contacts WHERE id <= '${last.at(-1)?.id}' AND ${arrived}`,
    lastLeft: `SELECT count(*)::int AS n FROM contacts WHERE id IN (${last.map(({ id }) => `'${id}'`).join(',')}) AND NOT ${arrived}`,
  });
  await edit.stop();

  const bare = await startBareBroker(brokerUrl);
  await bare.purge('multi-chapter-membership');
  // It differs by half from one time to the next.
  const references = [];
  for (let time = 0; time < 3; time++) references.push(await bare.throughput(events));
  await bare.close();
  return {
    events,
    relayed,
    consumed: perContact * (events / inLast),
    bare: {
      confirmed: median(references.map(({ confirmed }) => confirmed)),
      consumed: median(references.map(({ consumed }) => consumed)),
    },
  };
}

/**
 * How many a second leave what is left, from the first that have left until none is. Both are asked by one connection,
 * and answered from few entries of an index: with a million contacts, counting all of them, and new connections, took a
 * third of the consumer's time.
 * @param lastLeft of those that leave last, asked ten times a second.
 */
async function rate(database: string, { left, lastLeft }: { left: string; lastLeft: string }): Promise<number> {
  const client = new pg.Client({ connectionString: database, options: '-c enable_seqscan=off' });
  await client.connect();
  const count = async (name: string, text: string) =>
    (await client.query<{ n: number }>({ name, text })).rows[0]?.n ?? 0;
  const started = performance.now();
  let ended: number;
  const atStart = await count('left', left);
  do {
    while ((await count('last left', lastLeft)) > 0) await sleep(100);
    ended = performance.now();
  } while ((await count('left', left)) > 0);
  await client.end();
  return (atStart / (ended - started)) * 1000;
}

/** One after the other for all contacts, as often as it takes. */
function insertEvents(time: number, contacts: number, events: number): string {
  const stamp = stampOf(time, 'n');
  const written = (name: string) => `'${name}', CASE WHEN ${name}_stamp <> '' THEN ${name}_stamp END`;
  return `
    INSERT INTO outbox (event)
    SELECT jsonb_build_object('specversion', '1.0', 'id', gen_random_uuid(), 'source', '/contact-repository',
      'type', 'contact.updated.v1', 'subject', id, 'time', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'datacontenttype', 'application/json', 'data', jsonb_build_object(
        'contact', jsonb_build_object('id', id, 'created_at', to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'full_name', full_name, 'first_name', first_name, 'last_name', last_name, 'email', 'b' || n || '.' || email,
          'org_id', org_id, 'role', role, 'is_active', is_active, 'specialty', specialty, 'available', available),
        'stamps', jsonb_strip_nulls(jsonb_build_object(${[
          'name',
          'org_id',
          'role',
          'is_active',
          'specialty',
          'available',
        ]
          .map(written)
          .join(', ')}, 'email', ${stamp}))))::text
    FROM generate_series(1, ${Math.ceil(events / contacts)}) AS n,
      (SELECT * FROM contacts WHERE deleted_stamp = '' ORDER BY id LIMIT ${contacts}) AS c
    ORDER BY n, id LIMIT ${events}`;
}
