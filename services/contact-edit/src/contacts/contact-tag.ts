import { newestContactStamp } from '@kontakt/convergence';
import { entityTag } from '@kontakt/service-kit';
import type { Contact, Membership } from '../generated/prisma/client.ts';

/** The entity tag of a contact with all that the form can change of it. */
export function contactTag(contact: Contact, memberships: Membership[]): string {
  const { id, phone, address, dateOfBirth } = contact;
  const stamps = memberships.map(({ chapterId, stamp }) => [chapterId, stamp]);
  return entityTag(id, newestContactStamp(contact), phone, address, dateOfBirth, stamps);
}
