import type { Clock } from '@kontakt/convergence';
import { checkIfMatch } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import { lockMembership } from './lock-membership.ts';
import { membershipView } from './membership-view.ts';

/** @throws Problem 404, 412. */
export async function removeMembership(
  tx: Tx,
  clock: Clock,
  { id, ifMatch }: { id: string; ifMatch: string | undefined },
): Promise<void> {
  const membership = await lockMembership(tx, id);
  checkIfMatch(ifMatch, membershipView(membership));
  await tx.membership.update({
    where: { id },
    data: { status: 'removed', stamp: clock.next(), updatedAt: new Date() },
  });
}
