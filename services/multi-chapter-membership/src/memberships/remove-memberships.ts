import type { Stamp } from '@kontakt/convergence';
import { contactChapterRemoved } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import type { Tx } from '../db.ts';
import { membershipEvent } from './membership-event.ts';

/** Ends all memberships of a contact, under the stamp of what ended them. */
export async function removeMemberships(tx: Tx, contactId: string, stamp: Stamp): Promise<void> {
  const ended = await tx.membership.findMany({
    where: { contactId, status: { not: 'removed' } },
    include: { chapter: true },
  });
  if (ended.length === 0) return;
  const change = { status: 'removed', stamp, updatedAt: new Date() } as const;
  await tx.membership.updateMany({ where: { contactId, status: { not: 'removed' } }, data: change });
  const events = ended.map((membership) => membershipEvent(contactChapterRemoved, { ...membership, ...change }));
  await addToOutbox(tx, ...events);
}
