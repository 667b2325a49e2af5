import { contactRegisters, faultOfRegisters } from '../contact-registers.ts';
import { defineEvent } from '../define-event.ts';

const stamp = '1768043040000-0000-cr.3f9a2c1d';

export const contactCreated = defineEvent({
  type: 'contact.created.v1',
  producer: 'contact-repository',
  summary: 'A contact is there that was not there before; carries its whole shared state.',
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
        email: 'lars.haugen@org.no',
        org_id: 'org_abc123',
        role: 'coordinator',
        is_active: true,
        specialty: null,
        available: true,
      },
      stamps: { name: stamp, email: stamp, org_id: stamp, role: stamp },
    },
  },
});
