import type { Bounds, Queries } from '@kontakt/service-kit';
import sql, { join } from 'sql-template-tag';
import { membershipTable } from '../affiliations/into-memberships.ts';
import type { Contact, Membership } from '../generated/prisma/client.ts';
import { contactTable } from './into-contacts.ts';
import { withinBounds } from './within-bounds.ts';

/** As JSON, which has no times. */
type MembershipInJson = Omit<Membership, 'joinedAt'> & { joinedAt: string };

/**
 * A contact with all of its memberships, ended ones too, oldest first; undefined when there is none within the caller's
 * bounds, or it was deleted. One statement.
 */
export async function readContact(queries: Queries, id: string, bounds: Bounds) {
  const conditions = [sql`id = ${id}`, sql`deleted_stamp = ''`, ...withinBounds(bounds)];
  const [found] = await queries.query<Contact & { memberships: MembershipInJson[] }>(
    sql`SELECT ${contactTable.of('contacts')}, (
        SELECT coalesce(json_agg(its ORDER BY "joinedAt", "chapterId"), '[]')
        FROM (SELECT ${membershipTable.of('memberships')} FROM memberships WHERE contact_id = contacts.id) AS its
      ) AS memberships
      FROM contacts WHERE ${join(conditions, ' AND ')}`,
  );
  if (!found) return undefined;
  const { memberships, ...contact } = found;
  return {
    contact,
    memberships: memberships.map((membership): Membership => {
      return { ...membership, joinedAt: new Date(membership.joinedAt) };
    }),
  };
}
