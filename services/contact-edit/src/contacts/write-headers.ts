import { newestContactStamp } from '@kontakt/convergence';
import { consistencyToken, type Bounds } from '@kontakt/service-kit';
import { visibleMemberships } from '../affiliations/affiliations.ts';
import type { Contact, Membership } from '../generated/prisma/client.ts';
import { contactTag } from './contact-tag.ts';

/** With which a client can write again, and read its write in every service. The token can be read: it names no more
 * than its bearer may see. */
export function writeHeaders(contact: Contact, memberships: Membership[], bounds: Bounds) {
  return {
    ETag: contactTag(contact, newestContactStamp(contact), memberships),
    'Consistency-Token': consistencyToken({
      contactId: contact.id,
      contact,
      memberships: visibleMemberships(memberships, bounds),
    }),
  };
}
