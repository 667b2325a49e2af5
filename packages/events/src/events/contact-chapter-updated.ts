import { defineEvent } from '../define-event.ts';
import { exampleOfMembership, membershipRegister } from '../membership.ts';

export const contactChapterUpdated = defineEvent({
  type: 'contact-chapter.updated.v1',
  producer: 'multi-chapter-membership',
  summary: 'A membership has changed, or its state is published again.',
  data: membershipRegister,
  stamps: ({ stamp }) => [stamp],
  example: exampleOfMembership('inactive'),
});
