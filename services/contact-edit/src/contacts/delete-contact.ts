import { deleteContact as deletedContact, newestContactStamp, type Clock } from '@kontakt/convergence';
import { contactEditDeleted, createEvent } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { checkIfMatch, Problem, type Bounds } from '@kontakt/service-kit';
import { membershipsOf } from '../affiliations/affiliations.ts';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import { contactTag } from './contact-tag.ts';
import { eraseContact } from './erase-contact.ts';
import { lockContact } from './lock-contact.ts';

/**
 * Erases the contact and its memberships; its id remains as a tombstone.
 * @returns what is left.
 * @throws Problem 404 when there is none (any more), 412, 403 when it is in chapters that are not the caller's, too.
 */
export async function deleteContact(
  tx: Tx,
  clock: Clock,
  { id, ifMatch, bounds }: { id: string; ifMatch: string | undefined; bounds: Bounds },
): Promise<Contact> {
  const contact = await lockContact(tx, id, bounds);
  checkIfMatch(ifMatch, contactTag(contact, newestContactStamp(contact), await membershipsOf(tx, id)));
  await refuseOfOtherChapters(tx, id, bounds);
  const deleted = deletedContact(clock.next(newestContactStamp(contact)));
  const erased = await eraseContact(tx, id, deleted);
  const data = { contact: { id }, stamps: { deleted: deleted.deletedStamp } };
  await addToOutbox(tx, createEvent(contactEditDeleted, { subject: id, data }));
  return erased;
}

/** What a coordinator deletes is gone for all: it must be nobody else's. */
async function refuseOfOtherChapters(tx: Tx, contactId: string, { chapters }: Bounds): Promise<void> {
  if (!chapters) return;
  const where = { contactId, status: 'active', chapterId: { notIn: chapters } } as const;
  if ((await tx.membership.count({ where })) === 0) return;
  throw new Problem(403, 'out-of-bounds', 'The contact is in chapters that are not yours, too.');
}
