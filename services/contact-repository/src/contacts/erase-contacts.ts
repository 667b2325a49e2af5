import { contactDeleted, createEvent } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';
import { storeContacts } from './store-contacts.ts';

/** Leaves of deleted contacts the id and the stamp of the deletion, and tells everybody. */
export function eraseContacts(tx: Transaction, deleted: Contact[]): void {
  const erased = { peerMentorId: null, peerMentorSince: null, updatedAt: new Date() };
  storeContacts(
    tx,
    deleted.map((contact) => ({ ...contact, ...erased })),
    deleted.map(({ id, deletedStamp }) =>
      createEvent(contactDeleted, { subject: id, data: { contact: { id }, stamps: { deleted: deletedStamp } } }),
    ),
  );
}
