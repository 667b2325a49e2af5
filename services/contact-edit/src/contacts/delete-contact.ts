import { deleteContact as deletedContact, newestContactStamp, type Clock } from '@kontakt/convergence';
import { contactEditDeleted, createEvent } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { checkIfMatch } from '@kontakt/service-kit';
import { membershipsOf } from '../affiliations/affiliations.ts';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import { contactTag } from './contact-tag.ts';
import { eraseContact } from './erase-contact.ts';
import { lockContact } from './lock-contact.ts';

/**
 * Erases the contact and its memberships; its id remains as a tombstone.
 * @returns what is left.
 * @throws Problem 404 when there is none (any more), 412.
 */
export async function deleteContact(
  tx: Tx,
  clock: Clock,
  { id, ifMatch }: { id: string; ifMatch: string | undefined },
): Promise<Contact> {
  const contact = await lockContact(tx, id);
  checkIfMatch(ifMatch, contactTag(contact, await membershipsOf(tx, id)));
  const deleted = deletedContact(clock.next(newestContactStamp(contact)));
  const erased = await eraseContact(tx, id, deleted);
  const data = { contact: { id }, stamps: { deleted: deleted.deletedStamp } };
  await addToOutbox(tx, createEvent(contactEditDeleted, { subject: id, data }));
  return erased;
}
