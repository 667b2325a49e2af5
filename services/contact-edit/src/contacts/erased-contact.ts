import type { ContactState } from '@kontakt/convergence';
import type { Contact } from '../generated/prisma/client.ts';

/** What is left of a contact: its id and the stamp of its deletion. */
export function erasedContact(contact: Contact, deleted: ContactState): Contact {
  return { ...contact, ...deleted, phone: null, address: null, dateOfBirth: null, updatedAt: new Date() };
}
