import sql, { join, type Sql } from 'sql-template-tag';

/**
 * How many contacts there are, or of them peer mentors, that are of all these organisations: of an undefined one,
 * everybody is. Triggers keep the counts; '' is the beginning of every word.
 */
export function countOf(kind: 'contacts' | 'peer mentors', organisations: (string | undefined)[]): Sql {
  const conditions = organisations.flatMap((one) => (one === undefined ? [] : [sql`org_id = ${one}`]));
  const whom = kind === 'contacts' ? sql`NOT peer_mentors` : sql`peer_mentors`;
  return sql`(SELECT coalesce(sum(n), 0)::int FROM contact_counts
    WHERE ${join([whom, sql`prefix = ''`, ...conditions], ' AND ')})`;
}
