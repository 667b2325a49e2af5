import type { MembershipRegister } from '@kontakt/events';
import { tableColumns, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { Prisma, type Membership } from '../generated/prisma/client.ts';

const { names, takenFrom, json } = tableColumns<Membership>(Prisma.MembershipScalarFieldEnum);

/** Takes over whether contacts, which need not be known yet, are in a chapter now. */
export function applyMemberships(tx: Transaction, registers: MembershipRegister[]): void {
  const memberships = registers.map(
    ({ membership: { contact_id: contactId, chapter_id: chapterId, status }, stamp }): Membership => ({
      contactId,
      chapterId,
      active: status === 'active',
      stamp,
    }),
  );
  // One statement, so that nobody comes in between; of several for one membership, the newest.
  tx.send(
    sql`INSERT INTO memberships (${names})
      SELECT DISTINCT ON (contact_id, chapter_id) ${names}
      FROM jsonb_populate_recordset(NULL::memberships, ${json(memberships)})
      ORDER BY contact_id, chapter_id, stamp DESC
      ON CONFLICT (contact_id, chapter_id) DO UPDATE SET ${takenFrom('excluded')}
      WHERE memberships.stamp < excluded.stamp`,
  );
}
