import { formatTime } from '@kontakt/service-kit';
import type { Hit } from '../contacts/search-contacts.ts';
import type { Contact } from '../generated/prisma/client.ts';

export type ViewedPeerMentor = Pick<
  Contact,
  'id' | 'peerMentorId' | 'fullName' | 'email' | 'specialty' | 'orgId' | 'available'
>;

/** A peer mentor as lists show it. */
export function peerMentorView(contact: ViewedPeerMentor) {
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
export function peerMentorDetails(contact: ViewedPeerMentor & Pick<Contact, 'peerMentorSince' | 'createdAt'>) {
  return { ...peerMentorView(contact), created_at: formatTime(contact.peerMentorSince ?? contact.createdAt) };
}

/** A peer mentor as a search shows it. */
export function foundPeerMentorView({ id, peerMentorId, fullName, specialty }: Hit) {
  return { id: peerMentorId, contact_id: id, full_name: fullName, specialty };
}
