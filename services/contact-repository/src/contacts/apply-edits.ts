import { isSameContact, mergeContacts, never, newestContactStamp, type ContactState } from '@kontakt/convergence';
import {
  contactCreated,
  contactUpdated,
  createEvent,
  fromRegisters,
  wholeContact,
  type ContactRegisters,
} from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';
import { lockOrBegin } from './lock-contact.ts';
import { peerMentorProfile } from './peer-mentor-profile.ts';
import { storeContacts } from './store-contacts.ts';

/** Merges what the edit form changed; as the owner of the records, tells everybody where that changed them. */
export async function applyEdits(tx: Transaction, edits: ContactRegisters[]): Promise<void> {
  const known = await lockOrBegin(
    tx,
    edits.map(({ contact: { id, created_at } }) => ({ id, createdAt: new Date(created_at) })),
  );
  const edited = Map.groupBy(edits, ({ contact }) => contact.id);
  const now = new Date();
  const changes = known.flatMap((contact) => {
    const merged = (edited.get(contact.id) ?? []).map(fromRegisters).reduce<ContactState>(mergeContacts, contact);
    if (isSameContact(merged, contact)) return [];
    const stored: Contact = { ...contact, ...merged, ...peerMentorProfile(merged, contact, now), updatedAt: now };
    const event = newestContactStamp(contact) === never ? contactCreated : contactUpdated;
    return [{ stored, event: createEvent(event, { subject: contact.id, data: wholeContact(stored) }) }];
  });
  storeContacts(
    tx,
    changes.map(({ stored }) => stored),
    changes.map(({ event }) => event),
  );
}
