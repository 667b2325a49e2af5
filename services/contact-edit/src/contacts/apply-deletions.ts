import { deleteContact as deletedContact } from '@kontakt/convergence';
import type { ContactDeletion } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import { mergeInContacts } from './merge-contacts.ts';

/** Deletes what was deleted elsewhere, also when it was never known here: it may still come. */
export async function applyDeletions(tx: Transaction, deletions: ContactDeletion[]): Promise<void> {
  const createdAt = new Date();
  const theirs = deletions.map(({ contact: { id }, stamps }) => ({
    id,
    createdAt,
    state: deletedContact(stamps.deleted),
  }));
  await mergeInContacts(tx, theirs);
}
