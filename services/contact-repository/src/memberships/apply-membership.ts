import type { MembershipRegister } from '@kontakt/events';
import type { Tx } from '../db.ts';

/** Takes over whether a contact, which need not be known yet, is in a chapter now. */
export async function applyMembership(tx: Tx, { membership, stamp }: MembershipRegister): Promise<void> {
  const { contact_id: contactId, chapter_id: chapterId } = membership;
  const active = membership.status === 'active';
  // Prisma knows no upsert on a condition; in one statement nobody comes in between.
  await tx.$executeRaw`
    INSERT INTO memberships (contact_id, chapter_id, active, stamp) VALUES (${contactId}, ${chapterId}, ${active}, ${stamp})
    ON CONFLICT (contact_id, chapter_id) DO UPDATE SET active = excluded.active, stamp = excluded.stamp
    WHERE memberships.stamp < excluded.stamp`;
}
