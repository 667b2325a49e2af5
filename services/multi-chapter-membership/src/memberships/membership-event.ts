import { createEvent, type CloudEvent, type EventDefinition, type MembershipRegister } from '@kontakt/events';
import { readableChapterName } from './chapter-name.ts';
import type { NamedMembership } from './membership-rows.ts';

/** Tells the whole register of a membership. */
export function membershipEvent(event: EventDefinition<MembershipRegister>, membership: NamedMembership): CloudEvent {
  return createEvent(event, {
    subject: membership.contactId,
    data: {
      membership: {
        id: membership.id,
        contact_id: membership.contactId,
        chapter_id: membership.chapterId,
        chapter_name: membership.chapterName ?? readableChapterName(membership.chapterId),
        status: membership.status,
        joined_at: membership.joinedAt.toISOString(),
      },
      stamp: membership.stamp,
    },
  });
}
