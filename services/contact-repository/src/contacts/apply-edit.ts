import { isDeepStrictEqual } from 'node:util';
import { blankContact, mergeContacts, never, newestContactStamp } from '@kontakt/convergence';
import {
  contactCreated,
  contactUpdated,
  createEvent,
  fromRegisters,
  wholeContact,
  type ContactRegisters,
} from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import type { Tx } from '../db.ts';
import { lockOrBegin } from './lock-or-begin.ts';
import { peerMentorProfile } from './peer-mentor-profile.ts';

/** Merges what the edit form changed; as the owner of the record, tells everybody when that changed it. */
export async function applyEdit(tx: Tx, data: ContactRegisters): Promise<void> {
  const { id } = data.contact;
  const createdAt = new Date(data.contact.created_at);
  const contact = await lockOrBegin(tx, id, createdAt);
  const merged = mergeContacts(contact, fromRegisters(data));
  if (isDeepStrictEqual(merged, mergeContacts(contact, blankContact))) return;

  const now = new Date();
  const stored = await tx.contact.update({
    where: { id },
    data: { ...merged, ...peerMentorProfile(merged, contact, now), updatedAt: now },
  });
  const event = newestContactStamp(contact) === never ? contactCreated : contactUpdated;
  await addToOutbox(tx, createEvent(event, { subject: id, data: wholeContact(stored) }));
}
