import { formatCursor } from '@kontakt/service-kit';
import pg from 'pg';
import type { DatabaseUrls } from '../local/databases.ts';

/** What requests ask for: the same for the same organisation, and scattered all over it. */
export interface Sample {
  /** The page of 20 contacts behind four fifths of them, 40,000 of a million, and the cursor that leads there. */
  farPage: number;
  farCursor: string;
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
  const count = total[0]?.n ?? 0;
  const farPage = Math.round((count * 0.8) / 20);
  const [last] = await ask<{ id: string; created_at: Date }>(
    databases['contact-repository'],
    `SELECT id, created_at FROM contacts WHERE deleted_stamp = '' ORDER BY created_at DESC, id LIMIT 1 OFFSET $1`,
    [(farPage - 1) * 20 - 1],
  );
  const after = last?.created_at.toISOString() ?? '';
  return {
    farPage,
    farCursor: formatCursor({ sort: '-created_at', page: farPage, after, id: last?.id ?? '' }),
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
