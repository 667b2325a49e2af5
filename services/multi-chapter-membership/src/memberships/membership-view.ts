import { formatTime } from '@kontakt/service-kit';
import type { Chapter, Contact, Membership } from '../generated/prisma/client.ts';
import { readableChapterName } from './chapter-name.ts';

/** A membership as the list and GET show it. */
export function membershipView(membership: Membership) {
  return {
    id: membership.id,
    contact_id: membership.contactId,
    chapter_id: membership.chapterId,
    joined_at: formatTime(membership.joinedAt),
    status: membership.status,
  };
}

/** As the list of one contact's chapters shows it. */
export function membershipWithChapterName(membership: Membership & { chapter: Chapter }) {
  return {
    id: membership.id,
    contact_id: membership.contactId,
    chapter_id: membership.chapterId,
    chapter_name: membership.chapter.name ?? readableChapterName(membership.chapterId),
    joined_at: formatTime(membership.joinedAt),
    status: membership.status,
  };
}

/** As the list of one chapter's contacts shows it; the name is null until the contact becomes known. */
export function membershipWithContactName(membership: Membership & { contact: Contact }) {
  return {
    id: membership.id,
    contact_id: membership.contactId,
    contact_name: membership.contact.fullName,
    chapter_id: membership.chapterId,
    joined_at: formatTime(membership.joinedAt),
    status: membership.status,
  };
}
