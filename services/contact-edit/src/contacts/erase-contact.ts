import type { ContactState } from '@kontakt/convergence';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';

/** Leaves of a contact its id and the stamp of its deletion. */
export async function eraseContact(tx: Tx, id: string, deleted: ContactState): Promise<Contact> {
  await tx.membership.deleteMany({ where: { contactId: id } });
  return tx.contact.update({
    where: { id },
    data: { ...deleted, phone: null, address: null, dateOfBirth: null, updatedAt: new Date() },
  });
}
