import type { Bounds, Queries } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
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
 * as it is, as the beginning of a word, or with a small typing error. Whole words count most, then beginnings (the
 * shorter completion first), then near misses; among equals what is spelt as it was typed. One statement.
 *
 * The database folds and splits the query with the functions that split what is searched, so that the two cannot drift
 * apart.
 */
export async function searchContacts(
  db: Queries,
  { q, org_id: orgId, page, limit }: SearchQuery,
  { bounds, peerMentorsOnly = false }: { bounds: Bounds; peerMentorsOnly?: boolean },
): Promise<{ hits: Hit[]; total: number }> {
  const { organisation = orgId, chapters } = bounds;
  if (orgId !== undefined && orgId !== organisation) return { hits: [], total: 0 };
  const rows = await db.query<{ total: number } & { [key in keyof Hit]: Hit[key] | null }>(
    sql`SELECT total, id, full_name AS "fullName", email, specialty, peer_mentor_id AS "peerMentorId"
      FROM search_contacts(${q}, ${organisation ?? null}, ${chapters ?? null}, ${peerMentorsOnly},
        ${(page - 1) * limit}, ${limit})`,
  );
  // A page past the end is one row: the total, and no hit beside it.
  return { hits: rows.filter((row): row is typeof row & Hit => row.id !== null), total: rows[0]?.total ?? 0 };
}
