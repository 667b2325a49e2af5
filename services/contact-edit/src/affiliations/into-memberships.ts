import { tableColumns } from '@kontakt/service-kit';
import sql, { type Sql } from 'sql-template-tag';
import { Prisma, type Membership } from '../generated/prisma/client.ts';

export const membershipTable = tableColumns<Membership>(Prisma.MembershipScalarFieldEnum);
const { names, takenFrom, json } = membershipTable;

/**
 * The statement that writes memberships of locked contacts as they are now: by itself, or inside another. What comes
 * late for a deleted contact is dropped.
 */
export function intoMemberships(memberships: Membership[]): Sql {
  // Not as NOT EXISTS: a plan made for a small table would join them with all of it.
  return sql`INSERT INTO memberships (${names})
    SELECT ${names} FROM jsonb_populate_recordset(NULL::memberships, ${json(memberships)}) AS given
    WHERE (SELECT deleted_stamp <> '' FROM contacts WHERE id = given.contact_id) IS NOT TRUE
    ON CONFLICT (contact_id, chapter_id) DO UPDATE SET ${takenFrom('excluded')}`;
}
