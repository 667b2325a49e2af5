import { deleteContact as deletedContact, mergeContacts } from '@kontakt/convergence';
import type { ContactDeletion } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import { eraseContacts } from './erase-contacts.ts';
import { lockOrBegin } from './lock-contact.ts';

/** Deletes what was deleted in the edit form, also when it was never known here: it may still come. */
export async function applyDeletions(tx: Transaction, deletions: ContactDeletion[]): Promise<void> {
  const createdAt = new Date();
  const known = await lockOrBegin(
    tx,
    deletions.map(({ contact: { id } }) => ({ id, createdAt })),
  );
  const deleted = Map.groupBy(deletions, ({ contact }) => contact.id);
  const erased = known.flatMap((contact) => {
    const stamps = (deleted.get(contact.id) ?? []).map(({ stamps }) => stamps.deleted);
    const merged = stamps.map(deletedContact).reduce(mergeContacts, contact);
    return merged.deletedStamp === contact.deletedStamp ? [] : [{ ...contact, ...merged }];
  });
  eraseContacts(tx, erased);
}
