import { formatDate, formatTime } from '@kontakt/service-kit';
import { affiliations } from '../affiliations/affiliations.ts';
import type { Contact, Membership } from '../generated/prisma/client.ts';

export type ListedContact = Pick<Contact, 'id' | 'firstName' | 'lastName' | 'email' | 'phone' | 'updatedAt'>;
export type Form = ListedContact & Pick<Contact, 'address' | 'dateOfBirth'>;

/** A contact as the list shows it. */
export function listedContactView(contact: ListedContact) {
  return {
    contact_id: contact.id,
    first_name: contact.firstName,
    last_name: contact.lastName,
    email: contact.email,
    phone: contact.phone,
    updated_at: formatTime(contact.updatedAt),
  };
}

/** A contact as GET shows it for editing; create answers with the same and two fields more. */
export function contactView(contact: Form, memberships: Pick<Membership, 'chapterId' | 'status'>[]) {
  return {
    ...formFields(contact),
    chapter_affiliations: affiliations(memberships),
    updated_at: formatTime(contact.updatedAt),
  };
}

export function createdContactView(contact: Contact, memberships: Membership[]) {
  return {
    ...formFields(contact),
    chapter_affiliations: affiliations(memberships),
    created_at: formatTime(contact.createdAt),
    updated_at: formatTime(contact.updatedAt),
    save_result: 'success',
  };
}

export function savedContactView(contact: Contact) {
  return { ...formFields(contact), updated_at: formatTime(contact.updatedAt), save_result: 'success' };
}

function formFields(contact: Form) {
  return {
    contact_id: contact.id,
    first_name: contact.firstName,
    last_name: contact.lastName,
    email: contact.email,
    phone: contact.phone,
    address: contact.address,
    date_of_birth: contact.dateOfBirth && formatDate(contact.dateOfBirth),
  };
}
