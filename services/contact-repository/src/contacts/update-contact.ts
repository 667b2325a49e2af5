import { changeContact, newestContactStamp, type Clock } from '@kontakt/convergence';
import { contactUpdated, createEvent, wholeContact } from '@kontakt/events';
import { checkIfMatch, checkOrganisation, type Bounds, type Transaction } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';
import type { ContactChanges } from './contact-schemas.ts';
import { contactValues } from './contact-values.ts';
import { contactTag } from './contact-tag.ts';
import { lockContact } from './lock-contact.ts';
import { peerMentorProfile, refuseProfileOfOthers } from './peer-mentor-profile.ts';
import { storeContacts } from './store-contacts.ts';

interface Update {
  id: string;
  changes: ContactChanges;
  ifMatch: string | undefined;
  bounds: Bounds;
}

/**
 * Changes the fields that were sent. A change to what already is changes nothing, `updated_at` included.
 * @throws Problem 404, 403 when it would go to another organisation, 412, or 400 when peer-mentor fields are given for another role.
 */
export async function updateContact(
  tx: Transaction,
  clock: Clock,
  { id, changes, ifMatch, bounds }: Update,
): Promise<Contact> {
  const contact = await lockContact(tx, id, bounds);
  checkOrganisation(changes.org_id, bounds);
  checkIfMatch(ifMatch, contactTag(id, newestContactStamp(contact)));
  refuseProfileOfOthers(changes, changes.role ?? contact.role);

  const changed = changeContact(
    contact,
    contactValues(changes, contact.fullName),
    clock.next(newestContactStamp(contact)),
  );
  if (changed === contact) return contact;

  const now = new Date();
  const updated: Contact = {
    ...contact,
    ...changed,
    ...peerMentorProfile(changed, contact, now),
    updatedAt: now,
  };
  storeContacts(tx, [updated], [createEvent(contactUpdated, { subject: id, data: wholeContact(updated) })]);
  return updated;
}
