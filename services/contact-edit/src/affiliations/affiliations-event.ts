import { contactEditAffiliationsChanged, createEvent, type CloudEvent } from '@kontakt/events';
import type { Membership } from '../generated/prisma/client.ts';

/** Tells which memberships of a contact the form changed. */
export function affiliationsEvent(contactId: string, changed: Membership[]): CloudEvent {
  return createEvent(contactEditAffiliationsChanged, {
    subject: contactId,
    data: {
      contact_id: contactId,
      memberships: changed.map(({ chapterId, status, joinedAt, stamp }) => ({
        chapter_id: chapterId,
        status,
        joined_at: joinedAt.toISOString(),
        stamp,
      })),
    },
  });
}
