import { never } from '@kontakt/convergence';
import type { MembershipRegister } from '@kontakt/events';
import { lockIfKnown } from '../contacts/lock-contact.ts';
import type { Tx } from '../db.ts';
import { mergeInMemberships } from './merge-memberships.ts';

/**
 * Takes over a membership. The contact need not be known yet: its memberships wait for it. What comes late for a
 * deleted contact is dropped.
 */
export async function applyMembership(tx: Tx, { membership, stamp }: MembershipRegister): Promise<void> {
  const contact = await lockIfKnown(tx, membership.contact_id);
  if (contact && contact.deletedStamp !== never) return;
  const { chapter_id: chapterId, status, joined_at } = membership;
  await mergeInMemberships(tx, membership.contact_id, [{ chapterId, status, joinedAt: new Date(joined_at), stamp }]);
}
