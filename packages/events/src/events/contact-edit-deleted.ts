import { contactDeletion, exampleOfDeletion } from '../contact-deletion.ts';
import { defineEvent } from '../define-event.ts';

export const contactEditDeleted = defineEvent({
  type: 'contact-edit.deleted.v1',
  producer: 'contact-edit',
  summary: 'A contact was deleted in the edit form.',
  data: contactDeletion,
  stamps: ({ stamps }) => Object.values(stamps),
  example: exampleOfDeletion,
});
