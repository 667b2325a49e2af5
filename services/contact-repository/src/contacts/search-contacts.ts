import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from '../db.ts';
import type { SearchQuery } from './contact-schemas.ts';

export interface Hit {
  id: string;
  fullName: string;
  email: string;
  specialty: string | null;
  peerMentorId: string | null;
}

/** Where more than these are found, how like a near miss is to what was typed is not worth its price. */
const fewHits = 1_000;

/**
 * Finds contacts in whose name, email or (a peer mentor's) specialty every word of the query stands, in any order:
 * as it is, as the beginning of a word, or with a small typing error. Whole words count most, then beginnings (the
 * shorter completion first), then near misses; among equals what is spelt as it was typed. One statement.
 *
 * SQL, because Prisma cannot ask for an expression: the database folds and splits the query with the functions that
 * made the index, so that the two cannot drift apart. The index alone decides who is found; only they are ranked.
 */
export async function searchContacts(
  prisma: Db['prisma'],
  { q, org_id: orgId, page, limit }: SearchQuery,
  { peerMentorsOnly }: { peerMentorsOnly: boolean } = { peerMentorsOnly: false },
): Promise<{ hits: Hit[]; total: number }> {
  const words = Prisma.sql`unnest(search_words(search_fold(${q}))) AS word`;
  const typed = [...new Set(q.toLowerCase().split(' '))];
  const conditions = [
    Prisma.sql`deleted_stamp = ''`,
    Prisma.sql`search_keys(search_text) @@ search_query(search_fold(${q}))`,
    ...(orgId === undefined ? [] : [Prisma.sql`org_id = ${orgId}`]),
    ...(peerMentorsOnly ? [Prisma.sql`role = 'peer_mentor'`] : []),
  ];
  const rows = await prisma.$queryRaw<({ total: number } & { [key in keyof Hit]: Hit[key] | null })[]>`
    WITH hits AS MATERIALIZED (
      SELECT id, full_name, email, specialty, peer_mentor_id, search_text, (SELECT sum(${scoreOfWord}) FROM ${words}) AS score
      FROM contacts WHERE ${Prisma.join(conditions, ' AND ')}
    ), counted AS (
      SELECT count(*)::int AS total FROM hits
    ), page AS (
      SELECT * FROM hits
      ORDER BY score DESC,
        (SELECT count(*) FROM unnest(${typed}::text[]) AS word
         WHERE strpos(' ' || lower(full_name || ' ' || email), ' ' || word) > 0) DESC,
        CASE WHEN (SELECT total FROM counted) <= ${fewHits}
          THEN (SELECT sum(word_similarity(word, search_text)) FROM ${words}) END DESC,
        length(full_name), full_name, id
      LIMIT ${limit} OFFSET ${(page - 1) * limit}
    )
    SELECT total, id, full_name AS "fullName", email, specialty, peer_mentor_id AS "peerMentorId"
    FROM counted LEFT JOIN page ON true`;
  // A page past the end is one row: the total, and no hit beside it.
  return { hits: rows.filter((row): row is typeof row & Hit => row.id !== null), total: rows[0]?.total ?? 0 };
}

/** 3 for a whole word, 1 for a near miss, and between them the part of a word that its beginning is. */
const scoreOfWord = Prisma.sql`CASE
  WHEN strpos(search_text, ' ' || word || ' ') > 0 THEN 3
  WHEN strpos(search_text, ' ' || word) > 0
    THEN 2 + length(word)::real / (length(word) + length(split_part(split_part(search_text, ' ' || word, 2), ' ', 1)))
  ELSE 1 END`;
