import { formatTime } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';
import type { Hit } from './search-contacts.ts';

export type ViewedContact = Pick<Contact, 'id' | 'fullName' | 'email' | 'orgId' | 'role' | 'isActive' | 'createdAt'>;

/** A contact as lists and GET show it. */
export function contactView(contact: ViewedContact) {
  return {
    id: contact.id,
    full_name: contact.fullName,
    email: contact.email,
    org_id: contact.orgId,
    role: contact.role,
    is_active: contact.isActive,
    created_at: formatTime(contact.createdAt),
  };
}

/** A contact as PUT answers: when it was changed instead of when it was created. */
export function updatedContactView(contact: ViewedContact & Pick<Contact, 'updatedAt'>) {
  return {
    id: contact.id,
    full_name: contact.fullName,
    email: contact.email,
    role: contact.role,
    org_id: contact.orgId,
    is_active: contact.isActive,
    updated_at: formatTime(contact.updatedAt),
  };
}

/** A contact as a search shows it. */
export function foundContactView({ id, fullName, email }: Hit) {
  return { id, full_name: fullName, email };
}
