import { isDeepStrictEqual } from 'node:util';
import { blankContact, mergeContacts, never, type ContactState } from '@kontakt/convergence';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import { eraseContact } from './erase-contact.ts';

/**
 * Merges what another service knows of a contact into this copy of it, which the caller has locked.
 * @returns the copy as it is now.
 */
export async function mergeContact(tx: Tx, contact: Contact, theirs: ContactState): Promise<Contact> {
  const merged = mergeContacts(contact, theirs);
  if (isDeepStrictEqual(merged, mergeContacts(contact, blankContact))) return contact;
  if (merged.deletedStamp !== never) return eraseContact(tx, contact.id, merged);
  return tx.contact.update({ where: { id: contact.id }, data: { ...merged, updatedAt: new Date() } });
}
