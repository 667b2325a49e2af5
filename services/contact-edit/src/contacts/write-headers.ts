import { consistencyToken } from '@kontakt/service-kit';
import type { Contact, Membership } from '../generated/prisma/client.ts';
import { contactTag } from './contact-tag.ts';

/** With which a client can write again, and read its write in every service. */
export function writeHeaders(contact: Contact, memberships: Membership[]) {
  return {
    ETag: contactTag(contact, memberships),
    'Consistency-Token': consistencyToken({ contactId: contact.id, contact, memberships }),
  };
}
