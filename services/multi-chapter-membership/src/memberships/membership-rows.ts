import type { CloudEvent } from '@kontakt/events';
import { intoOutbox } from '@kontakt/messaging';
import { tableColumns, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { Prisma, type Membership } from '../generated/prisma/client.ts';

/** A membership with what its events tell of the chapter. */
export type NamedMembership = Membership & { chapterName: string | null };

const { names, of, takenFrom, json } = tableColumns<Membership>(Prisma.MembershipScalarFieldEnum);

/** What a statement on `memberships` and `chapters` selects. */
export const namedMembership = sql`${of('memberships')}, chapters.name AS "chapterName"
  FROM memberships JOIN chapters ON chapters.id = memberships.chapter_id`;

/**
 * Writes memberships, new ones or of locked contacts, as they are now, and tells everybody: one statement. In the order
 * in which everybody locks the counts of chapters, or two could wait for each other.
 */
export function storeMemberships(tx: Transaction, memberships: Membership[], events: CloudEvent[]): void {
  if (memberships.length === 0) return;
  tx.send(
    sql`WITH told AS (${intoOutbox(events)})
      INSERT INTO memberships (${names})
      SELECT ${names} FROM jsonb_populate_recordset(NULL::memberships, ${json(memberships)}) ORDER BY chapter_id
      ON CONFLICT (contact_id, chapter_id) DO UPDATE SET ${takenFrom('excluded')}`,
  );
}

/** In the database, as all instances of the service give ids from one sequence. */
export async function nextMembershipIds(tx: Transaction, count: number): Promise<string[]> {
  if (count === 0) return [];
  const rows = await tx.query<{ id: string }>(sql`SELECT next_membership_id() AS id FROM generate_series(1, ${count})`);
  return rows.map(({ id }) => id);
}
