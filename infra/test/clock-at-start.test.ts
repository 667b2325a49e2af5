import { expect, test } from '@jest/globals';
import { createClient, withConnection } from '@kontakt/testing';
import { startTestSystem } from './start-test-system.ts';

const person = { email: 'tora.vik@org.no' };
const viewed = { ...person, full_name: 'Tora Vik', org_id: 'org_abc123', role: 'member' };
const edited = { ...person, first_name: 'Tora', last_name: 'Vik', phone: null, chapter_affiliations: [] };
const contacts = '/api/v1/contacts';
const newContact = "SELECT name_stamp AS stamp FROM contacts WHERE email = 'tora.vik@org.no'";

test.each([
  {
    service: 'contact-repository',
    ahead: "UPDATE contacts SET role_stamp = $1 WHERE id = 'usr_01J3K8X'",
    request: { path: contacts, body: viewed },
    written: newContact,
  },
  {
    service: 'contact-edit',
    ahead: "UPDATE contacts SET email_stamp = $1 WHERE id = 'c-00123'",
    request: { path: `${contacts}?context=edit`, body: edited },
    written: newContact,
  },
  {
    service: 'contact-edit',
    ahead: "UPDATE memberships SET stamp = $1 WHERE contact_id = 'c-00123' AND chapter_id = 'ch-01'",
    request: { path: `${contacts}?context=edit`, body: edited },
    written: newContact,
  },
  {
    service: 'multi-chapter-membership',
    ahead: "UPDATE memberships SET stamp = $1 WHERE id = 'ccm-001'",
    request: { path: '/api/v1/contact-chapters', body: { contact_id: 'c-00123', chapter_id: 'ch-new' } },
    written: "SELECT stamp FROM memberships WHERE chapter_id = 'ch-new'",
  },
  {
    service: 'multi-chapter-membership',
    ahead: "UPDATE chapters SET name_stamp = $1 WHERE id = 'chapter-oslo'",
    request: { path: '/api/v1/contact-chapters', body: { contact_id: 'c-00123', chapter_id: 'ch-new' } },
    written: "SELECT stamp FROM memberships WHERE chapter_id = 'ch-new'",
  },
] as const)(
  'when $service has stored a stamp of a faster clock ($ahead), then after a start it writes later ones',
  async ({ service, ahead, request, written }) => {
    const stamp = `${Date.now() + 50_000}-0000-x.faster`;
    const system = await startTestSystem({}, (databases) =>
      withConnection(databases[service], async (client) => {
        const { rowCount } = await client.query(ahead, [stamp]);
        expect(rowCount).toBe(1);
      }),
    );
    try {
      const { status } = await createClient(system.url).post(request.path, request.body);
      expect(status).toBe(201);
      const [row] = await system.query(service, written);
      expect(String(row?.stamp) > stamp).toBe(true);
    } finally {
      await system.stop();
    }
  },
);
