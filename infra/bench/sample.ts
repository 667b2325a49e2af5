import pg from 'pg';
import type { DatabaseUrls } from '../local/databases.ts';

/** What requests ask for: the same for the same organisation, and scattered all over it. */
export interface Sample {
  total: number;
  ids: string[];
  names: string[];
  mentorIds: string[];
  membershipIds: string[];
}

const size = 8_000;

export async function takeSample(databases: DatabaseUrls): Promise<Sample> {
  const [people, mentors, memberships, total] = await Promise.all([
    ask<{ id: string; name: string }>(
      databases['contact-repository'],
      scattered('id, full_name AS name', 'contacts', `deleted_stamp = ''`),
    ),
    ask<{ id: string }>(
      databases['contact-repository'],
      scattered('peer_mentor_id AS id', 'contacts', `role = 'peer_mentor'`),
    ),
    ask<{ id: string }>(databases['multi-chapter-membership'], scattered('id', 'memberships', `status <> 'removed'`)),
    ask<{ n: number }>(databases['contact-repository'], 'SELECT count(*)::int AS n FROM contacts'),
  ]);
  return {
    total: total[0]?.n ?? 0,
    ids: people.map(({ id }) => id),
    names: people.map(({ name }) => name),
    mentorIds: mentors.map(({ id }) => id),
    membershipIds: memberships.map(({ id }) => id),
  };
}

/** By a hash of the id, which has nothing to do with where a row lies. */
function scattered(columns: string, table: string, condition: string): string {
  return `SELECT ${columns} FROM ${table} WHERE ${condition} ORDER BY hashtextextended(id, 1) LIMIT ${size}`;
}

export async function ask<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
