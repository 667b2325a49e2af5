import { deleteContact as deletedContact, type Clock } from '@kontakt/convergence';
import { checkIfMatch } from '@kontakt/service-kit';
import { affiliationsOf } from '../affiliations/affiliations-of.ts';
import type { Tx } from '../db.ts';
import { contactView } from './contact-view.ts';
import { eraseContact } from './erase-contact.ts';
import { lockContact } from './lock-contact.ts';

/**
 * Erases the contact and its memberships; its id remains as a tombstone.
 * @returns when it was deleted.
 * @throws Problem 404 when there is none (any more), 412.
 */
export async function deleteContact(
  tx: Tx,
  clock: Clock,
  { id, ifMatch }: { id: string; ifMatch: string | undefined },
): Promise<Date> {
  const contact = await lockContact(tx, id);
  checkIfMatch(ifMatch, contactView(contact, await affiliationsOf(tx, id)));
  const { updatedAt } = await eraseContact(tx, id, deletedContact(clock.next()));
  return updatedAt;
}
