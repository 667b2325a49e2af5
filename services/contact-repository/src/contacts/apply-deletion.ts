import { deleteContact as deletedContact, mergeContacts } from '@kontakt/convergence';
import type { ContactDeletion } from '@kontakt/events';
import type { Tx } from '../db.ts';
import { eraseContact } from './erase-contact.ts';
import { lockOrBegin } from './lock-or-begin.ts';

/** Deletes what was deleted in the edit form, also when it was never known here: it may still come. */
export async function applyDeletion(tx: Tx, { contact: { id }, stamps }: ContactDeletion): Promise<void> {
  const contact = await lockOrBegin(tx, id, new Date());
  const merged = mergeContacts(contact, deletedContact(stamps.deleted));
  if (merged.deletedStamp === contact.deletedStamp) return;
  await eraseContact(tx, id, merged);
}
