import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, waitFor, type Client } from '@kontakt/testing';
import { publishedEvents } from '../openapi/published-events.ts';
import { startTestSystem } from './start-test-system.ts';

const contacts = '/api/v1/contacts';
const memberships = '/api/v1/contact-chapters';
const services = ['contact-repository', 'contact-edit', 'multi-chapter-membership'] as const;

let system: Awaited<ReturnType<typeof startTestSystem>>;
let api: Client;
/** A contact with a chapter that nobody has named, and its membership there. */
let id: string;
let membershipId: string;

beforeAll(async () => {
  system = await startTestSystem();
  api = createClient(system.url);
  // An event leaves the outbox when it is published; this keeps what it was.
  await onEachDatabase(`
    CREATE TABLE published (type text);
    CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO published VALUES (NEW.event::jsonb ->> 'type'); RETURN NEW; END $$;
    CREATE TRIGGER remember AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION remember();`);
});
afterAll(() => system.stop());

async function onEachDatabase(sql: string): Promise<Record<string, unknown>[]> {
  const rows = await Promise.all(services.map((service) => system.query(service, sql)));
  return rows.flat();
}

const form = { first_name: 'Ada', last_name: 'Varig', email: 'ada@example.no', chapter_affiliations: ['ch-x'] };
const contact = { full_name: 'Bo Varig', email: 'bo@example.no', role: 'member', org_id: 'org_abc123' };

/** Requests that let happen all that can happen. */
const writes: Record<string, () => Promise<unknown>> = {
  createContact: () => api.post(contacts, contact),
  updateContact: () => api.put(`${contacts}/${id}`, { email: 'ny@example.no' }),
  deleteContact: () => api.delete(`${contacts}/${id}`),
  createContactForm: () => api.post(`${contacts}?context=edit`, form),
  saveContactForm: () => api.put(`${contacts}/${id}?context=edit`, { first_name: 'Eva' }),
  deleteContactForm: () => api.delete(`${contacts}/${id}?context=edit`),
  replaceChapterAffiliations: () =>
    // It is in ch-x actively and in ch-y inactively: one ends, one becomes active, one begins.
    api.put(`${contacts}/${id}/chapter-affiliations`, { chapter_ids: ['ch-y', 'ch-z'] }),
  refreshContact: () => api.post(`${contacts}/${id}/refresh`),
  addMembership: () => api.post(memberships, { contact_id: id, chapter_id: `ch-${id}`, chapter_name: 'Named' }),
  updateMembership: () => api.put(`${memberships}/${membershipId}`, { status: 'inactive' }),
  removeMembership: () => api.delete(`${memberships}/${membershipId}`),
};

test.each(Object.keys(writes))('when %s is done, then the events are those that the page names', async (endpoint) => {
  id = (await api.post(`${contacts}?context=edit`, form)).body.contact_id;
  membershipId = await waitFor(async () => {
    const { body } = await api.get(`${memberships}/by-contact/${id}`);
    return body.data[0]?.id;
  });
  const { body } = await api.post(memberships, { contact_id: id, chapter_id: 'ch-y' });
  await api.put(`${memberships}/${body.id}`, { status: 'inactive' });
  await waitForSilence();
  await onEachDatabase('DELETE FROM published');

  await writes[endpoint]?.();
  await waitForSilence();
  const rows = await onEachDatabase('SELECT DISTINCT type FROM published');
  expect(rows.map(({ type }) => type).sort()).toEqual((publishedEvents[endpoint] ?? []).toSorted());
});

/** Until nothing waits to be published: an event is in an outbox until all that it leads to is in another. */
async function waitForSilence(): Promise<void> {
  await waitFor(async () => (await system.countOutbox()) === 0, { timeoutMs: 20_000 });
}
