import { changeContact, joinName, newestContactStamp, type Clock, type ContactValues } from '@kontakt/convergence';
import { checkIfMatch } from '@kontakt/service-kit';
import { affiliationsOf } from '../affiliations/affiliations-of.ts';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import type { ContactChanges } from './contact-schemas.ts';
import { contactView } from './contact-view.ts';
import { lockContact } from './lock-contact.ts';

interface Save {
  id: string;
  changes: ContactChanges;
  ifMatch: string | undefined;
}

/**
 * Saves the fields that were sent. A change to what already is changes nothing, `updated_at` included.
 * @throws Problem 404, 412.
 */
export async function saveContactEdits(tx: Tx, clock: Clock, { id, changes, ifMatch }: Save) {
  const contact = await lockContact(tx, id);
  const chapterIds = await affiliationsOf(tx, id);
  checkIfMatch(ifMatch, contactView(contact, chapterIds));

  const shared = changeContact(contact, sharedValues(changes, contact), clock.next());
  const form = {
    phone: changes.phone === undefined ? contact.phone : changes.phone,
    address: changes.address === undefined ? contact.address : changes.address,
    dateOfBirth: changes.date_of_birth === undefined ? contact.dateOfBirth : changes.date_of_birth,
  };
  if (newestContactStamp(shared) === newestContactStamp(contact) && sameForm(form, contact)) {
    return { contact, chapterIds };
  }
  const data = { ...shared, ...form, updatedAt: new Date() };
  return { contact: await tx.contact.update({ where: { id }, data }), chapterIds };
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
