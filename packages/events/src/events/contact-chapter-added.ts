import { defineEvent } from '../define-event.ts';
import { exampleOfMembership, membershipRegister } from '../membership.ts';

export const contactChapterAdded = defineEvent({
  type: 'contact-chapter.added.v1',
  producer: 'multi-chapter-membership',
  summary: 'A contact was added to a chapter.',
  data: membershipRegister,
  stamps: ({ stamp }) => [stamp],
  example: exampleOfMembership('active'),
});
