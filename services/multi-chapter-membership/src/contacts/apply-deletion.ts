import type { ContactDeletion } from '@kontakt/events';
import { never } from '@kontakt/convergence';
import type { Tx } from '../db.ts';
import { removeMemberships } from '../memberships/remove-memberships.ts';
import { knowContact } from './know-contact.ts';

/** Erases a contact that was deleted elsewhere, and ends its memberships. */
export async function applyDeletion(tx: Tx, { contact: { id }, stamps }: ContactDeletion): Promise<void> {
  const contact = await knowContact(tx, id);
  if (contact.deletedStamp >= stamps.deleted) return;
  await tx.contact.update({
    where: { id },
    data: { fullName: null, nameStamp: never, orgId: null, orgIdStamp: never, deletedStamp: stamps.deleted },
  });
  await removeMemberships(tx, id, stamps.deleted);
}
