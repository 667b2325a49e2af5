import { defineEvent } from '../define-event.ts';
import { exampleOfMembership, membershipRegister } from '../membership.ts';

export const contactChapterRemoved = defineEvent({
  type: 'contact-chapter.removed.v1',
  producer: 'multi-chapter-membership',
  summary: 'A contact was removed from a chapter.',
  data: membershipRegister,
  stamps: ({ stamp }) => [stamp],
  example: exampleOfMembership('removed'),
});
