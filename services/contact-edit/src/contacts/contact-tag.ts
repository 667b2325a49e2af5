import type { Stamp } from '@kontakt/convergence';
import { entityTag } from '@kontakt/service-kit';
import type { Contact, Membership } from '../generated/prisma/client.ts';

/** The entity tag of a contact with all that the form can change of it. */
export function contactTag(
  { id, phone, address, dateOfBirth }: Pick<Contact, 'id' | 'phone' | 'address' | 'dateOfBirth'>,
  newestStamp: Stamp,
  memberships: Pick<Membership, 'chapterId' | 'stamp'>[],
): string {
  const stamps = memberships.map(({ chapterId, stamp }) => [chapterId, stamp]);
  return entityTag(id, newestStamp, phone, address, dateOfBirth, stamps);
}
