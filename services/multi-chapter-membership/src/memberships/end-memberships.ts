import { stampAfter, type Stamp } from '@kontakt/convergence';
import { contactChapterRemoved } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { membershipEvent } from './membership-event.ts';
import { namedMembership, storeMemberships, type NamedMembership } from './membership-rows.ts';

/**
 * Ends all memberships of contacts that were deleted. A membership that was written later than the deletion ends right
 * after that, for its copies take over only what is later than what they have.
 */
export async function endMemberships(tx: Transaction, deleted: { id: string; deletedStamp: Stamp }[]): Promise<void> {
  const stamps = new Map(deleted.map(({ id, deletedStamp }) => [id, deletedStamp]));
  const remaining = await tx.query<NamedMembership>(
    sql`SELECT ${namedMembership} WHERE contact_id = ANY(${[...stamps.keys()]}) AND status <> 'removed'`,
  );
  const updatedAt = new Date();
  const ended = remaining.map((membership): NamedMembership => {
    const deletedStamp = stamps.get(membership.contactId) ?? membership.stamp;
    const stamp = deletedStamp > membership.stamp ? deletedStamp : stampAfter(membership.stamp);
    return { ...membership, status: 'removed', stamp, updatedAt };
  });
  storeMemberships(
    tx,
    ended,
    ended.map((membership) => membershipEvent(contactChapterRemoved, membership)),
  );
}
