import type { Clock } from '@kontakt/convergence';
import { contactChapterUpdated } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { checkIfMatch, type Bounds } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { lockMembership } from './lock-membership.ts';
import { membershipEvent } from './membership-event.ts';
import type { MembershipChanges } from './membership-schemas.ts';
import { membershipTag } from './membership-tag.ts';

interface Update {
  id: string;
  changes: MembershipChanges;
  ifMatch: string | undefined;
  bounds: Bounds;
}

/**
 * Changes the status. A change to what already is changes nothing, `updated_at` included.
 * @throws Problem 404, 412.
 */
export async function updateMembership(
  tx: Tx,
  clock: Clock,
  { id, changes, ifMatch, bounds }: Update,
): Promise<Membership> {
  const membership = await lockMembership(tx, id, bounds);
  checkIfMatch(ifMatch, membershipTag(membership));
  if (membership.status === changes.status) return membership;
  const stored = await tx.membership.update({
    where: { id },
    data: { status: changes.status, stamp: clock.next(membership.stamp), updatedAt: new Date() },
    include: { chapter: true },
  });
  await addToOutbox(tx, membershipEvent(contactChapterUpdated, stored));
  return stored;
}
