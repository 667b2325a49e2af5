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

/**
 * Finds contacts in whose name, email or (a peer mentor's) specialty every word of the query stands, in any order:
 * as it is, as the beginning of a word, or with a small typing error. Whole words count most, then beginnings, then
 * near misses. One statement.
 *
 * SQL, because Prisma knows neither trigrams nor unaccent: `%>` and LIKE both use the trigram index, and the database
 * folds the query with the function that folded the text, so that the two cannot drift apart.
 */
export async function searchContacts(
  prisma: Db['prisma'],
  { q, org_id: orgId, page, limit }: SearchQuery,
  { peerMentorsOnly }: { peerMentorsOnly: boolean } = { peerMentorsOnly: false },
): Promise<{ hits: Hit[]; total: number }> {
  const words = searchWords(q);
  if (words.length === 0) return { hits: [], total: 0 };

  const conditions = [
    Prisma.sql`deleted_stamp = ''`,
    ...(orgId === undefined ? [] : [Prisma.sql`org_id = ${orgId}`]),
    ...(peerMentorsOnly ? [Prisma.sql`role = 'peer_mentor'`] : []),
    ...words.map(matches),
  ];
  const rows = await prisma.$queryRaw<({ total: number } & { [key in keyof Hit]: Hit[key] | null })[]>`
    WITH hits AS (
      SELECT id, full_name, email, specialty, peer_mentor_id, search_text, ${Prisma.join(words.map(score), ' + ')} AS score
      FROM contacts WHERE ${Prisma.join(conditions, ' AND ')}
    ), page AS (
      SELECT * FROM hits
      ORDER BY score DESC, similarity(search_text, search_fold(${words.join(' ')})) DESC, full_name, id
      LIMIT ${limit} OFFSET ${(page - 1) * limit}
    )
    SELECT total, id, full_name AS "fullName", email, specialty, peer_mentor_id AS "peerMentorId"
    FROM (SELECT count(*)::int AS total FROM hits) AS counted LEFT JOIN page ON true`;
  // A page past the end is one row: the total, and no hit beside it.
  return { hits: rows.filter((row): row is typeof row & Hit => row.id !== null), total: rows[0]?.total ?? 0 };
}

/** The words of a query: runs of letters, digits and marks. */
function searchWords(q: string): string[] {
  return [...new Set(q.match(/[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+/gu) ?? [])];
}

/** Folding gives ` word `; without the last space it is the beginning of a word. A typing error takes three letters to tell. */
function matches(word: string): Prisma.Sql {
  const folded = Prisma.sql`search_fold(${word})`;
  const beginning = Prisma.sql`search_text LIKE '%' || rtrim(${folded}) || '%'`;
  if (word.length < 3) return beginning;
  return Prisma.sql`(${beginning} OR search_text %> ${folded} AND has_typo_of(search_text, ${folded}))`;
}

function score(word: string): Prisma.Sql {
  const folded = Prisma.sql`search_fold(${word})`;
  return Prisma.sql`CASE WHEN search_text LIKE '%' || ${folded} || '%' THEN 3
    WHEN search_text LIKE '%' || rtrim(${folded}) || '%' THEN 2 ELSE word_similarity(${folded}, search_text) END`;
}
