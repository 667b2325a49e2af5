import type { Clock } from '@kontakt/convergence';
import { contactChapterUpdated } from '@kontakt/events';
import { checkIfMatch, type Bounds, type Transaction } from '@kontakt/service-kit';
import { lockMembership } from './lock-membership.ts';
import { membershipEvent } from './membership-event.ts';
import { storeMemberships, type NamedMembership } from './membership-rows.ts';
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
  tx: Transaction,
  clock: Clock,
  { id, changes, ifMatch, bounds }: Update,
): Promise<NamedMembership> {
  const membership = await lockMembership(tx, id, bounds);
  checkIfMatch(ifMatch, membershipTag(membership));
  if (membership.status === changes.status) return membership;
  const updated = {
    ...membership,
    status: changes.status,
    stamp: clock.next(membership.stamp),
    updatedAt: new Date(),
  };
  storeMemberships(tx, [updated], [membershipEvent(contactChapterUpdated, updated)]);
  return updated;
}
