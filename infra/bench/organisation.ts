import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { root } from '../local/config.ts';
import { firstNames, lastNames, specialties, towns } from './names.ts';
import { withoutIndexes } from './indexes.ts';
import type { ServiceName } from './databases.ts';

/**
 * A made-up organisation, the same each time for the same number of contacts: PostgreSQL draws every value from a hash
 * of the contact's number. Twenty organisations, of which the largest has three in ten of all contacts and the smallest
 * hardly one; two chapters a contact on average, one chapter with a tenth of all contacts.
 */

const organisations = 20;
const chaptersOfEach = 30;
/** In the largest organisation. */
export const bigChapter = 'chapter-01-01';
/** Rows that one statement inserts. */
const portion = 50_000;

/** In pg_temp: nothing of it stays. `draw` is from 0 to 1 and another for each question; `skewed` prefers the first. */
const functions = `
  CREATE FUNCTION pg_temp.draw(i bigint, question int) RETURNS float8 LANGUAGE sql IMMUTABLE
    RETURN (hashint8extended(i, question) & 2147483647) / 2147483648.0;
  CREATE FUNCTION pg_temp.skewed(drawn float8, n int, head float8) RETURNS int LANGUAGE sql IMMUTABLE
    RETURN floor(head * ((n + head) / head) ^ drawn - head)::int;
  CREATE FUNCTION pg_temp.pick(drawn float8, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN choices[1 + floor(drawn * array_length(choices, 1))::int];
  CREATE TEMP TABLE names AS SELECT place, kind, name FROM (
    SELECT place - 1 AS place, 'first' AS kind, name FROM unnest(${literals(firstNames)}) WITH ORDINALITY AS a (name, place)
    UNION ALL SELECT place - 1, 'last', name FROM unnest(${literals(lastNames)}) WITH ORDINALITY AS a (name, place)
  ) AS a;
  ANALYZE names;`;

/** Contacts from $1 to $2 of $3, spread evenly over five years. */
const people = `
  WITH drawn AS (
    SELECT i, timestamptz '2020-01-01Z' + (i - 1) * (interval '1826 days' / $3) AS created_at,
      pg_temp.skewed(pg_temp.draw(i, 1), ${firstNames.length}, 15) AS first_place,
      pg_temp.skewed(pg_temp.draw(i, 2), ${lastNames.length}, 30) AS last_place,
      least(${organisations - 1}, floor(-ln(1 - pg_temp.draw(i, 3)) / 0.35))::int + 1 AS org,
      pg_temp.draw(i, 4) AS role, pg_temp.draw(i, 5) AS id_kind
    FROM generate_series($1::bigint, $2::bigint) AS i
  ), people AS (
    SELECT i, org, created_at, f.name AS first_name, l.name AS last_name, f.name || ' ' || l.name AS full_name,
      CASE WHEN id_kind < 0.3 THEN 'c-' || lpad(i::text, greatest(5, length(i::text)), '0')
        ELSE 'usr_01' || upper(lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0')
          || lpad(to_hex(hashint8extended(i, 6) & 281474976710655), 12, '0')) END AS id,
      translate(lower(f.name || '.' || l.name), 'æøåé', 'aoae') || (i % 97)::text || '@'
        || pg_temp.pick(pg_temp.draw(i, 7), '{example.no,example.com,epost.example,post.example}') AS email,
      'org_' || lpad(org::text, 2, '0') AS org_id,
      CASE WHEN role < 0.8 THEN 'member' WHEN role < 0.95 THEN 'peer_mentor' ELSE 'coordinator' END AS role,
      CASE WHEN role >= 0.8 AND role < 0.95 THEN pg_temp.pick(pg_temp.draw(i, 8), ${literals(specialties)}) END AS specialty,
      pg_temp.draw(i, 9) < 0.93 AS is_active,
      lpad((extract(epoch FROM created_at) * 1000)::bigint::text, 13, '0') || '-0000-bench' AS stamp
    FROM drawn
    JOIN names AS f ON f.kind = 'first' AND f.place = first_place
    JOIN names AS l ON l.kind = 'last' AND l.place = last_place
  )`;

const memberships = `${people}, memberships AS (
    SELECT DISTINCT ON (i, chapter) i, n, id AS contact_id, org, 'chapter-' || lpad(org::text, 2, '0') || '-' || chapter AS chapter_id,
      CASE WHEN pg_temp.draw(i, 40 + n) < 0.9 THEN 'active' ELSE 'inactive' END AS status,
      created_at + floor(pg_temp.draw(i, 50 + n) * 30) * interval '1 day' AS joined_at, created_at, stamp
    FROM people, LATERAL (
      SELECT 0 AS n, '01' AS chapter WHERE org = 1 AND pg_temp.draw(i, 20) < 0.34
      UNION ALL
      SELECT n, lpad((2 + pg_temp.skewed(pg_temp.draw(i, 30 + n), ${chaptersOfEach - 1}, 3))::text, 2, '0')
      FROM generate_series(1, (SELECT count(*)::int FROM unnest('{0.1,0.4,0.75,0.93}'::float8[]) AS t WHERE pg_temp.draw(i, 21) >= t)) AS n
    ) AS chosen
    ORDER BY i, chapter, n
  )`;

const shared = `id, first_name, last_name, full_name, name_stamp, email, email_stamp, org_id, org_id_stamp, role, role_stamp,
  is_active, is_active_stamp, specialty, specialty_stamp, available, available_stamp, deleted_stamp, created_at, updated_at`;
const sharedValues = `id, first_name, last_name, full_name, stamp, email, stamp, org_id, stamp, role, stamp,
  is_active, stamp, specialty, stamp, true, stamp, '', created_at, created_at`;

/** What each service keeps of it, in the order in which it is inserted; each for the numbers $1 to $2 of $3. */
const tables: Record<ServiceName, string[]> = {
  'contact-repository': [
    `INSERT INTO contacts (${shared}, peer_mentor_id, peer_mentor_since) ${people} SELECT ${sharedValues},
       CASE WHEN role = 'peer_mentor' THEN 'pm_' || i END, CASE WHEN role = 'peer_mentor' THEN created_at END
     FROM people ORDER BY i`,
    `INSERT INTO memberships (contact_id, chapter_id, active, stamp) ${memberships}
     SELECT contact_id, chapter_id, status = 'active', stamp FROM memberships ORDER BY i, n`,
  ],
  'contact-edit': [
    `INSERT INTO contacts (${shared}, phone, address, date_of_birth) ${people} SELECT ${sharedValues},
       '+47 9' || lpad((pg_temp.draw(i, 60) * 9999999)::int::text, 7, '0'),
       'Storgata ' || (1 + i % 140) || ', ' || lpad((i % 9991)::text, 4, '0') || ' ' || pg_temp.pick(pg_temp.draw(i, 61), ${literals(towns)}),
       date '1940-01-01' + (pg_temp.draw(i, 62) * 24000)::int
     FROM people ORDER BY i`,
    `INSERT INTO memberships (contact_id, chapter_id, status, joined_at, stamp) ${memberships}
     SELECT contact_id, chapter_id, status::membership_status, joined_at, stamp FROM memberships ORDER BY i, n`,
  ],
  'multi-chapter-membership': [
    `INSERT INTO contacts (id, full_name, name_stamp, org_id, org_id_stamp, deleted_stamp) ${people}
     SELECT id, full_name, stamp, org_id, stamp, '' FROM people ORDER BY i`,
    `INSERT INTO memberships (contact_id, chapter_id, id, status, joined_at, stamp, created_at, updated_at) ${memberships}
     SELECT contact_id, chapter_id, 'ccm-' || (i * 10 + n), status::membership_status, joined_at, stamp, created_at, created_at
     FROM memberships ORDER BY i, n`,
  ],
};

const migration = (service: ServiceName, name: string) =>
  readFileSync(join(root, 'services', service, 'prisma/migrations', name, 'migration.sql'), 'utf8');

/**
 * Before and after the rows. Ids that are given out later begin behind those that are there; what triggers would keep of
 * each row is made of all rows at once, as the migration that added it does.
 */
const around: Record<ServiceName, { before: string; after: string }> = {
  'contact-repository': {
    before: `ALTER TABLE contacts DISABLE TRIGGER USER`,
    after: `SELECT fill_search(); ALTER TABLE contacts ENABLE TRIGGER USER`,
  },
  'contact-edit': {
    before: `ALTER TABLE contacts DISABLE TRIGGER USER`,
    after: `${migration('contact-edit', '20261122020000_count_contacts')};
      ALTER TABLE contacts ENABLE TRIGGER USER;
      SELECT setval('contact_number', count(*)) FROM contacts`,
  },
  'multi-chapter-membership': {
    before: `ALTER TABLE memberships DISABLE TRIGGER USER;
      TRUNCATE membership_counts;
      INSERT INTO chapters (id, name, name_stamp)
      SELECT 'chapter-' || lpad(o::text, 2, '0') || '-' || lpad(c::text, 2, '0'), 'Lokallag ' || o || '.' || c, '1577836800000-0000-bench'
      FROM generate_series(1, ${organisations}) AS o, generate_series(1, ${chaptersOfEach}) AS c`,
    after: `${migration('multi-chapter-membership', '20261122020000_count_memberships')};
      ALTER TABLE memberships ENABLE TRIGGER USER;
      SELECT setval('membership_number', count(*) * 10 + 10) FROM contacts`,
  },
};

/** Fills a service's empty database, as a user who may change its tables' indexes. */
export async function loadOrganisation(databaseUrl: string, service: ServiceName, contacts: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '64MB'");
    await client.query(functions);
    const { before, after } = around[service];
    await client.query(before);
    await withoutIndexes(client, async () => {
      for (const insert of tables[service]) {
        for (let from = 1; from <= contacts; from += portion) {
          await client.query(insert, [from, Math.min(from + portion - 1, contacts), contacts]);
        }
      }
      await client.query(after);
    });
    await client.query('VACUUM (ANALYZE)');
  } finally {
    await client.end();
  }
}

function literals(texts: string[]): string {
  return `ARRAY[${texts.map((text) => pg.escapeLiteral(text)).join(',')}]`;
}

/** All that decides what is loaded: databases that were made by something else are made anew. */
export const recipe = JSON.stringify([functions, tables, around]);
