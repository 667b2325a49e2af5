import { never } from '@kontakt/convergence';
import type { ContactDeletion } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import { endMemberships } from '../memberships/end-memberships.ts';
import { lockOrBegin, storeContacts } from './contact-rows.ts';

/** Erases contacts that were deleted elsewhere, and ends their memberships. */
export async function applyDeletions(tx: Transaction, deletions: ContactDeletion[]): Promise<void> {
  const byContact = Map.groupBy(deletions, ({ contact }) => contact.id);
  const known = await lockOrBegin(tx, [...byContact.keys()]);
  const erased = known.flatMap(({ id, deletedStamp }) => {
    const stamps = (byContact.get(id) ?? []).map(({ stamps }) => stamps.deleted);
    const newest = [deletedStamp, ...stamps].reduce((a, b) => (a > b ? a : b));
    if (newest === deletedStamp) return [];
    return [{ id, fullName: null, nameStamp: never, orgId: null, orgIdStamp: never, deletedStamp: newest }];
  });
  storeContacts(tx, erased);
  await endMemberships(tx, erased);
}
