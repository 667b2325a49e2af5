import { stampAfter, type Stamp } from '@kontakt/convergence';
import { contactChapterRemoved } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import type { Tx } from '../db.ts';
import { membershipEvent } from './membership-event.ts';

/**
 * Ends all memberships of a contact that was deleted. A membership that was written later than the deletion ends right
 * after that, for its copies take over only what is later than what they have.
 */
export async function removeMemberships(tx: Tx, contactId: string, deleted: Stamp): Promise<void> {
  const ended = await tx.membership.findMany({
    where: { contactId, status: { not: 'removed' } },
  });
  const updatedAt = new Date();
  for (const { id, stamp: written } of ended) {
    const stamp = deleted > written ? deleted : stampAfter(written);
    const removed = await tx.membership.update({
      where: { id },
      data: { status: 'removed', stamp, updatedAt },
      include: { chapter: true },
    });
    await addToOutbox(tx, membershipEvent(contactChapterRemoved, removed));
  }
}
