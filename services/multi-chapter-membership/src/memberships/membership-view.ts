import { formatTime } from '@kontakt/service-kit';
import type { Membership } from '../generated/prisma/client.ts';
import { readableChapterName } from './chapter-name.ts';

export type ViewedMembership = Pick<Membership, 'id' | 'contactId' | 'chapterId' | 'joinedAt' | 'status'>;
export type WithChapterName = ViewedMembership & { chapterName: string | null };
export type WithContactName = ViewedMembership & { contactName: string | null };

/** A membership as the list and GET show it. */
export function membershipView(membership: ViewedMembership) {
  return {
    id: membership.id,
    contact_id: membership.contactId,
    chapter_id: membership.chapterId,
    joined_at: formatTime(membership.joinedAt),
    status: membership.status,
  };
}

/** As POST answers. */
export function addedMembershipView(membership: Membership) {
  return { ...membershipView(membership), created_at: formatTime(membership.createdAt) };
}

/** As PUT answers. */
export function updatedMembershipView(membership: Membership) {
  return { ...membershipView(membership), updated_at: formatTime(membership.updatedAt) };
}

/** As the list of one contact's chapters shows it. */
export function membershipWithChapterName(membership: WithChapterName) {
  return {
    id: membership.id,
    contact_id: membership.contactId,
    chapter_id: membership.chapterId,
    chapter_name: membership.chapterName ?? readableChapterName(membership.chapterId),
    joined_at: formatTime(membership.joinedAt),
    status: membership.status,
  };
}

/** As the list of one chapter's contacts shows it; the name is null until the contact becomes known. */
export function membershipWithContactName(membership: WithContactName) {
  return {
    id: membership.id,
    contact_id: membership.contactId,
    contact_name: membership.contactName,
    chapter_id: membership.chapterId,
    joined_at: formatTime(membership.joinedAt),
    status: membership.status,
  };
}
