import { blankContact, changeContact, type Clock } from '@kontakt/convergence';
import { ulid } from 'ulid';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import type { NewContact } from './contact-schemas.ts';
import { contactValues } from './contact-values.ts';
import { peerMentorProfile, refuseProfileOfOthers } from './peer-mentor-profile.ts';

/** @throws Problem 400 when peer-mentor fields are given for another role. */
export async function createContact(tx: Tx, clock: Clock, body: NewContact): Promise<Contact> {
  refuseProfileOfOthers(body, body.role);
  const now = new Date();
  const contact = changeContact(blankContact, contactValues(body), clock.next());
  return tx.contact.create({
    data: {
      ...contact,
      ...peerMentorProfile(contact, null, now),
      id: `usr_${ulid(now.getTime())}`,
      createdAt: now,
      updatedAt: now,
    },
  });
}
