import type { MembershipRegister } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import { lockContacts } from '../contacts/lock-contact.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { mergeInMemberships } from './merge-memberships.ts';

/**
 * Takes over memberships. Their contacts need not be known yet: memberships wait for them. What comes late for a deleted
 * contact is dropped.
 */
export async function applyMemberships(tx: Transaction, registers: MembershipRegister[]): Promise<void> {
  const theirs = registers.map(
    ({ membership: { contact_id: contactId, chapter_id: chapterId, status, joined_at }, stamp }): Membership => ({
      contactId,
      chapterId,
      status,
      joinedAt: new Date(joined_at),
      stamp,
    }),
  );
  lockContacts(
    tx,
    theirs.map(({ contactId }) => contactId),
  );
  await mergeInMemberships(tx, theirs);
}
