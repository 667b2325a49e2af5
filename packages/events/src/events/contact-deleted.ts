import { contactDeletion, exampleOfDeletion } from '../contact-deletion.ts';
import { defineEvent } from '../define-event.ts';

export const contactDeleted = defineEvent({
  type: 'contact.deleted.v1',
  producer: 'contact-repository',
  summary: 'A contact was deleted, for good: erase what you hold of the person.',
  data: contactDeletion,
  stamps: ({ stamps }) => Object.values(stamps),
  example: exampleOfDeletion,
});
