import type { Clock } from '@kontakt/convergence';
import { contactChapterRemoved } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { checkIfMatch, type Bounds } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { lockMembership } from './lock-membership.ts';
import { membershipEvent } from './membership-event.ts';
import { membershipTag } from './membership-tag.ts';

/** @throws Problem 404, 412. */
export async function removeMembership(
  tx: Tx,
  clock: Clock,
  { id, ifMatch, bounds }: { id: string; ifMatch: string | undefined; bounds: Bounds },
): Promise<Membership> {
  const membership = await lockMembership(tx, id, bounds);
  checkIfMatch(ifMatch, membershipTag(membership));
  const stored = await tx.membership.update({
    where: { id },
    data: { status: 'removed', stamp: clock.next(membership.stamp), updatedAt: new Date() },
    include: { chapter: true },
  });
  await addToOutbox(tx, membershipEvent(contactChapterRemoved, stored));
  return stored;
}
