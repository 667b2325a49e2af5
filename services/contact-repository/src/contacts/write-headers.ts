import { newestContactStamp } from '@kontakt/convergence';
import { consistencyToken } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';
import { contactTag } from './contact-tag.ts';

/** With which a client can write again, and read its write in every service. */
export function writeHeaders(contact: Contact) {
  return {
    ETag: contactTag(contact.id, newestContactStamp(contact)),
    'Consistency-Token': consistencyToken({ contactId: contact.id, contact }),
  };
}
