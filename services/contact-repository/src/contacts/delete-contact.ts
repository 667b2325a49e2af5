import {
  deleteContact as deletedContact,
  newestContactStamp,
  type Clock,
  type ContactState,
} from '@kontakt/convergence';
import { checkIfMatch } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import { contactTag } from './contact-tag.ts';
import { eraseContact } from './erase-contact.ts';
import { lockContact } from './lock-contact.ts';

/**
 * Erases the contact; its id remains as a tombstone.
 * @returns what is left.
 * @throws Problem 404 when there is none (any more), 412.
 */
export async function deleteContact(
  tx: Tx,
  clock: Clock,
  { id, ifMatch }: { id: string; ifMatch: string | undefined },
): Promise<ContactState> {
  const contact = await lockContact(tx, id);
  checkIfMatch(ifMatch, contactTag(contact));
  const deleted = deletedContact(clock.next(newestContactStamp(contact)));
  await eraseContact(tx, id, deleted);
  return deleted;
}
