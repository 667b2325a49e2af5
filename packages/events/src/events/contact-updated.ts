import { contactRegisters, faultOfRegisters } from '../contact-registers.ts';
import { defineEvent } from '../define-event.ts';

const created = '1768043040000-0000-cr.3f9a2c1d';
const updated = '1772356500000-0000-cr.3f9a2c1d';

export const contactUpdated = defineEvent({
  type: 'contact.updated.v1',
  producer: 'contact-repository',
  summary: 'A contact has changed, or its state is published again; carries its whole shared state.',
  data: contactRegisters,
  fault: faultOfRegisters,
  stamps: ({ stamps }) => Object.values(stamps),
  example: {
    subject: 'usr_02M5T9Y',
    data: {
      contact: {
        id: 'usr_02M5T9Y',
        created_at: '2026-01-10T11:04:00.000Z',
        full_name: 'Lars Haugen',
        first_name: 'Lars',
        last_name: 'Haugen',
        email: 'lars.h@org.no',
        org_id: 'org_abc123',
        role: 'coordinator',
        is_active: false,
      },
      stamps: { name: created, email: updated, org_id: created, role: created, is_active: updated },
    },
  },
});
