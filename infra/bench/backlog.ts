import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseUrls } from '../local/databases.ts';
import { startBareBroker } from './bare-broker.ts';
import { asAdmin } from './databases.ts';
import type { Bench } from './endpoints.ts';
import { median } from './load.ts';
import { startProgram } from './programs.ts';
import { ask } from './sample.ts';

interface Rates {
  /** Events a second from the outbox to confirmed by the broker. */
  relayed: number;
  /** From the queue to committed by Contact Edit. */
  consumed: number;
  /** The same with bare amqplib, without a database. */
  bare: { confirmed: number; consumed: number };
}

/** The medians of the rounds. */
export interface BacklogResult extends Rates {
  events: number;
  /** Of what bare amqplib gets confirmed: the median of the pairs. */
  ratios: { relayed: number; consumed: number };
}

interface Backlog {
  events: number;
  contacts: number;
  /** From 0. */
  round: number;
  /** When the round began, in milliseconds; its stamps are of that time. */
  began: number;
}

/** Marks the contacts' email as changed by the backlog, the n-th time. */
const stampOf = (began: number, n: string) => `'${began}-' || lpad(to_hex(${n}), 4, '0') || '-cr.backlog'`;

/**
 * How fast a backlog in the outbox of Contact Repository reaches the broker, and Contact Edit from there, in turns with
 * bare amqplib. Each service runs alone meanwhile. The queues must be there from a run of the services before.
 */
export async function measureBacklog(
  { postgres, databases, rounds }: Bench,
  brokerUrl: string,
  events: number,
): Promise<BacklogResult> {
  const [known] = await ask<{ contacts: number }>(
    databases['contact-repository'],
    `SELECT least(count(*), ${events})::int AS contacts FROM contacts WHERE deleted_stamp = ''`,
  );
  const bare = await startBareBroker(brokerUrl);
  const measured: Rates[] = [];
  for (let round = 0; round < rounds; round++) {
    const backlog = { events, contacts: known?.contacts ?? 0, round, began: Date.now() };
    await ask(databases['contact-repository'], insertEvents(backlog));
    await asAdmin(postgres, checkpoint);
    const relayed = await relay(databases['contact-repository'], brokerUrl);
    await asAdmin(postgres, checkpoint);
    const consumed = await consume(databases, brokerUrl, backlog);
    await bare.purge('multi-chapter-membership');
    measured.push({ relayed, consumed, bare: await bare.throughput(events) });
  }
  await bare.close();

  const medianOf = (of: (rates: Rates) => number) => median(measured.map(of));
  return {
    events,
    relayed: medianOf(({ relayed }) => relayed),
    consumed: medianOf(({ consumed }) => consumed),
    bare: {
      confirmed: medianOf(({ bare }) => bare.confirmed),
      consumed: medianOf(({ bare }) => bare.consumed),
    },
    ratios: {
      relayed: medianOf(({ relayed, bare }) => relayed / bare.confirmed),
      consumed: medianOf(({ consumed, bare }) => consumed / bare.confirmed),
    },
  };
}

/** What was written before is not this measurement's. */
const checkpoint = 'CHECKPOINT';

const settings = { INTERNAL_TOKEN: 'bench-bench-bench-bench', DEFAULT_ORG_ID: 'org_01' };

async function relay(database: string, brokerUrl: string): Promise<number> {
  const repository = await startProgram('services/contact-repository/src/main.ts', {
    ...settings,
    AMQP_URL: brokerUrl,
    DATABASE_URL: database,
  });
  const relayed = await rate(database, {
    left: 'SELECT count(*)::int AS n FROM outbox',
    lastLeft: 'SELECT count(*)::int AS n FROM (SELECT FROM outbox ORDER BY id DESC LIMIT 1) AS rows',
  });
  await repository.stop();
  return relayed;
}

async function consume(
  databases: DatabaseUrls,
  brokerUrl: string,
  { events, contacts, began }: Backlog,
): Promise<number> {
  const repetitions = Math.ceil(events / contacts);
  // Whoever has got the last of its events has got them all; the order does not matter.
  const arrived = `email_stamp = ${stampOf(began, String(repetitions))}`;
  const inLast = events - contacts * (repetitions - 1);
  const last = await ask<{ id: string }>(
    databases['contact-repository'],
    `SELECT id FROM contacts WHERE deleted_stamp = '' ORDER BY id OFFSET ${Math.max(0, inLast - 500)} LIMIT ${Math.min(inLast, 500)}`,
  );
  const edit = await startProgram('services/contact-edit/src/main.ts', {
    ...settings,
    AMQP_URL: brokerUrl,
    CONTACT_REPOSITORY_URL: 'http://127.0.0.1:9',
    MULTI_CHAPTER_MEMBERSHIP_URL: 'http://127.0.0.1:9',
    DATABASE_URL: databases['contact-edit'],
  });
  const perContact = await rate(databases['contact-edit'], {
    left: `SELECT ${inLast} - count(*)::int AS n FROM contacts WHERE id <= '${last.at(-1)?.id}' AND ${arrived}`,
    lastLeft: `SELECT count(*)::int AS n FROM contacts WHERE id IN (${last.map(({ id }) => `'${id}'`).join(',')}) AND NOT ${arrived}`,
  });
  await edit.stop();
  return perContact * (events / inLast);
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
function insertEvents({ events, contacts, round, began }: Backlog): string {
  const stamp = stampOf(began, 'n');
  const written = (name: string) => `'${name}', CASE WHEN ${name}_stamp <> '' THEN ${name}_stamp END`;
  return `
    INSERT INTO outbox (event)
    SELECT jsonb_build_object('specversion', '1.0', 'id', gen_random_uuid(), 'source', '/contact-repository',
      'type', 'contact.updated.v1', 'subject', id, 'time', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'datacontenttype', 'application/json', 'data', jsonb_build_object(
        'contact', jsonb_build_object('id', id, 'created_at', to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'full_name', full_name, 'first_name', first_name, 'last_name', last_name, 'email', 'b${round}.' || n || '.' || email,
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
