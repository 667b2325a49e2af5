import {
  deleteContact as deletedContact,
  newestContactStamp,
  type Clock,
  type ContactState,
} from '@kontakt/convergence';
import { checkIfMatch, Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { contactTag } from './contact-tag.ts';
import { eraseContacts } from './erase-contacts.ts';
import { lockContact } from './lock-contact.ts';

/**
 * Erases the contact; its id remains as a tombstone.
 * @returns what is left.
 * @throws Problem 404 when there is none (any more), 412, 403 when it is in chapters that are not the caller's, too.
 */
export async function deleteContact(
  tx: Transaction,
  clock: Clock,
  { id, ifMatch, bounds }: { id: string; ifMatch: string | undefined; bounds: Bounds },
): Promise<ContactState> {
  const contact = await lockContact(tx, id, bounds);
  checkIfMatch(ifMatch, contactTag(id, newestContactStamp(contact)));
  await refuseOfOtherChapters(tx, id, bounds);
  const deleted = deletedContact(clock.next(newestContactStamp(contact)));
  eraseContacts(tx, [{ ...contact, ...deleted }]);
  return deleted;
}

/** What a coordinator deletes is gone for all: it must be nobody else's. */
async function refuseOfOtherChapters(tx: Transaction, contactId: string, { chapters }: Bounds): Promise<void> {
  if (!chapters) return;
  const [other] = await tx.query(
    sql`SELECT chapter_id FROM memberships WHERE contact_id = ${contactId} AND active AND chapter_id <> ALL(${chapters})`,
  );
  if (!other) return;
  throw new Problem(403, 'out-of-bounds', 'The contact is in chapters that are not yours, too.');
}
