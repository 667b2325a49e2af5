import type { Clock } from '@kontakt/convergence';
import { contactChapterRemoved } from '@kontakt/events';
import { checkIfMatch, type Bounds, type Transaction } from '@kontakt/service-kit';
import { lockMembership } from './lock-membership.ts';
import { membershipEvent } from './membership-event.ts';
import { storeMemberships, type NamedMembership } from './membership-rows.ts';
import { membershipTag } from './membership-tag.ts';

/** @throws Problem 404, 412. */
export async function removeMembership(
  tx: Transaction,
  clock: Clock,
  { id, ifMatch, bounds }: { id: string; ifMatch: string | undefined; bounds: Bounds },
): Promise<NamedMembership> {
  const membership = await lockMembership(tx, id, bounds);
  checkIfMatch(ifMatch, membershipTag(membership));
  const removed: NamedMembership = {
    ...membership,
    status: 'removed',
    stamp: clock.next(membership.stamp),
    updatedAt: new Date(),
  };
  storeMemberships(tx, [removed], [membershipEvent(contactChapterRemoved, removed)]);
  return removed;
}
