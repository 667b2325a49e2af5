import { formatTime } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';

type Viewed = Pick<Contact, 'id' | 'peerMentorId' | 'fullName' | 'email' | 'specialty' | 'orgId' | 'available'>;

/** A peer mentor as lists show it. */
export function peerMentorView(contact: Viewed) {
  return {
    id: contact.peerMentorId,
    contact_id: contact.id,
    full_name: contact.fullName,
    email: contact.email,
    specialty: contact.specialty,
    org_id: contact.orgId,
    available: contact.available,
  };
}

/** A peer mentor as GET shows it. */
export function peerMentorDetails(contact: Viewed & Pick<Contact, 'peerMentorSince' | 'createdAt'>) {
  return { ...peerMentorView(contact), created_at: formatTime(contact.peerMentorSince ?? contact.createdAt) };
}
