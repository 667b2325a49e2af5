import { changeContact, joinName, newestContactStamp, type Clock, type ContactValues } from '@kontakt/convergence';
import { changedRegisters, contactEditSaved, createEvent } from '@kontakt/events';
import { intoOutbox } from '@kontakt/messaging';
import { checkIfMatch, checkOrganisation, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import type { Contact } from '../generated/prisma/client.ts';
import type { ContactChanges } from './contact-schemas.ts';
import { contactTag } from './contact-tag.ts';
import { intoContacts } from './into-contacts.ts';
import { lockContact } from './lock-contact.ts';

interface Save {
  id: string;
  changes: ContactChanges;
  ifMatch: string | undefined;
  bounds: Bounds;
}

/**
 * Saves the fields that were sent. A change to what already is changes nothing, `updated_at` included.
 * @throws Problem 404, 403 when it would go to another organisation, 412.
 */
export async function saveContactEdits(tx: Transaction, clock: Clock, { id, changes, ifMatch, bounds }: Save) {
  const { contact, memberships } = await lockContact(tx, id, bounds);
  checkOrganisation(changes.org_id, bounds);
  checkIfMatch(ifMatch, contactTag(contact, newestContactStamp(contact), memberships));

  const shared = changeContact(contact, sharedValues(changes, contact), clock.next(newestContactStamp(contact)));
  const form = {
    phone: changes.phone === undefined ? contact.phone : changes.phone,
    address: changes.address === undefined ? contact.address : changes.address,
    dateOfBirth: changes.date_of_birth === undefined ? contact.dateOfBirth : changes.date_of_birth,
  };
  if (shared === contact && sameForm(form, contact)) {
    return { contact, memberships };
  }
  const saved: Contact = { ...contact, ...shared, ...form, updatedAt: new Date() };
  const data = changedRegisters(saved, contact);
  const events = data ? [createEvent(contactEditSaved, { subject: id, data })] : [];
  tx.send(sql`WITH told AS (${intoOutbox(events)}) ${intoContacts([saved])}`);
  return { contact: saved, memberships };
}

function sharedValues(changes: ContactChanges, contact: Contact): Partial<ContactValues> {
  return {
    ...joinName(changes.first_name ?? contact.firstName, changes.last_name ?? contact.lastName),
    ...(changes.email !== undefined && { email: changes.email }),
    ...(changes.org_id !== undefined && { orgId: changes.org_id }),
    ...(changes.role !== undefined && { role: changes.role }),
  };
}

type Form = Pick<Contact, 'phone' | 'address' | 'dateOfBirth'>;

function sameForm(a: Form, b: Form): boolean {
  return a.phone === b.phone && a.address === b.address && a.dateOfBirth?.getTime() === b.dateOfBirth?.getTime();
}
