import { contactRegisters, faultOfRegisters } from '../contact-registers.ts';
import { defineEvent } from '../define-event.ts';

export const contactEditSaved = defineEvent({
  type: 'contact-edit.saved.v1',
  producer: 'contact-edit',
  summary: 'The edit form was saved; carries only the registers that it changed.',
  data: contactRegisters,
  fault: faultOfRegisters,
  stamps: ({ stamps }) => Object.values(stamps),
  example: {
    subject: 'c-00123',
    data: {
      contact: { id: 'c-00123', created_at: '2026-01-05T08:44:00.000Z', email: 'ingrid.s@updated.no' },
      stamps: { email: '1774527600000-0000-ce.5d01aa7e' },
    },
  },
});
