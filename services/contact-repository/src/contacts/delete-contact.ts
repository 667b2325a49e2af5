import { deleteContact as deletedContact, type Clock } from '@kontakt/convergence';
import { checkIfMatch } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import { contactView } from './contact-view.ts';
import { lockContact } from './lock-contact.ts';

/**
 * Erases the contact; its id remains as a tombstone.
 * @throws Problem 404 when there is none (any more), 412.
 */
export async function deleteContact(
  tx: Tx,
  clock: Clock,
  { id, ifMatch }: { id: string; ifMatch: string | undefined },
): Promise<void> {
  const contact = await lockContact(tx, id);
  checkIfMatch(ifMatch, contactView(contact));
  await tx.contact.update({
    where: { id },
    data: { ...deletedContact(clock.next()), peerMentorId: null, peerMentorSince: null, updatedAt: new Date() },
  });
}
