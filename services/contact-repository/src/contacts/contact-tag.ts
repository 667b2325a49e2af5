import { newestContactStamp } from '@kontakt/convergence';
import { entityTag } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';

/** The entity tag of a contact and of its peer-mentor profile: all that can change of them is in registers. */
export function contactTag(contact: Contact): string {
  return entityTag(contact.id, newestContactStamp(contact));
}
