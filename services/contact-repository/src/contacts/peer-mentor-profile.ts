import type { ContactState } from '@kontakt/convergence';
import { Problem } from '@kontakt/service-kit';
import { ulid } from 'ulid';
import type { Contact } from '../generated/prisma/client.ts';
import { onlyForPeerMentors, type ContactChanges } from './contact-schemas.ts';

type Profile = Pick<Contact, 'peerMentorId' | 'peerMentorSince'>;

/** The profile that goes with a contact: made when the role is first `peer_mentor`, and the same one for ever after. */
export function peerMentorProfile(contact: ContactState, existing: Profile | null, now: Date): Profile {
  if (existing?.peerMentorId) return { peerMentorId: existing.peerMentorId, peerMentorSince: existing.peerMentorSince };
  if (contact.role !== 'peer_mentor') return { peerMentorId: null, peerMentorSince: null };
  return { peerMentorId: `pm_${ulid(now.getTime())}`, peerMentorSince: now };
}

/** @throws Problem 400 when a body names what only peer mentors have and the contact is none. */
export function refuseProfileOfOthers(body: ContactChanges, role: string): void {
  if (role === 'peer_mentor') return;
  const faults = (['specialty', 'available'] as const)
    .filter((field) => body[field] !== undefined)
    .map((field) => ({ in: 'body' as const, path: field, message: onlyForPeerMentors }));
  if (faults.length > 0) throw Problem.invalid(faults);
}
