import { deleteContact as deletedContact, newestContactStamp, type Clock } from '@kontakt/convergence';
import { contactEditDeleted, createEvent } from '@kontakt/events';
import { intoOutbox } from '@kontakt/messaging';
import { checkIfMatch, Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { affiliations } from '../affiliations/affiliations.ts';
import type { Contact, Membership } from '../generated/prisma/client.ts';
import { contactTag } from './contact-tag.ts';
import { erasedContact } from './erased-contact.ts';
import { intoContacts } from './into-contacts.ts';
import { lockContact } from './lock-contact.ts';

/**
 * Erases the contact and its memberships; its id remains as a tombstone.
 * @returns what is left.
 * @throws Problem 404 when there is none (any more), 412, 403 when it is in chapters that are not the caller's, too.
 */
export async function deleteContact(
  tx: Transaction,
  clock: Clock,
  { id, ifMatch, bounds }: { id: string; ifMatch: string | undefined; bounds: Bounds },
): Promise<Contact> {
  const { contact, memberships } = await lockContact(tx, id, bounds);
  checkIfMatch(ifMatch, contactTag(contact, newestContactStamp(contact), memberships));
  refuseOfOtherChapters(memberships, bounds);
  const deleted = deletedContact(clock.next(newestContactStamp(contact)));
  const erased = erasedContact(contact, deleted);
  const data = { contact: { id }, stamps: { deleted: deleted.deletedStamp } };
  const event = createEvent(contactEditDeleted, { subject: id, data });
  tx.send(
    sql`WITH told AS (${intoOutbox([event])}), ended AS (DELETE FROM memberships WHERE contact_id = ${id})
      ${intoContacts([erased])}`,
  );
  return erased;
}

/** What a coordinator deletes is gone for all: it must be nobody else's. */
function refuseOfOtherChapters(memberships: Membership[], { chapters }: Bounds): void {
  if (!chapters || affiliations(memberships).every((chapterId) => chapters.includes(chapterId))) return;
  throw new Problem(403, 'out-of-bounds', 'The contact is in chapters that are not yours, too.');
}
