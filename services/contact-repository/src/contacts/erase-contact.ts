import type { ContactState } from '@kontakt/convergence';
import { contactDeleted, createEvent } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import type { Tx } from '../db.ts';

/** Leaves of a contact its id and the stamp of its deletion, and tells everybody. */
export async function eraseContact(tx: Tx, id: string, deleted: ContactState): Promise<void> {
  await tx.contact.update({
    where: { id },
    data: { ...deleted, peerMentorId: null, peerMentorSince: null, updatedAt: new Date() },
  });
  const data = { contact: { id }, stamps: { deleted: deleted.deletedStamp } };
  await addToOutbox(tx, createEvent(contactDeleted, { subject: id, data }));
}
