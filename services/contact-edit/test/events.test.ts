import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock, formatStamp, never } from '@kontakt/convergence';
import {
  contactChapterUpdated,
  contactDeleted,
  contactUpdated,
  createEvent,
  serviceQueues,
  type CloudEvent,
} from '@kontakt/events';
import { createInProcessBus, startMessaging } from '@kontakt/messaging';
import { createLog } from '@kontakt/service-kit';
import { readsOfAllRows, recordStatements, waitFor } from '@kontakt/testing';
import sql from 'sql-template-tag';
import { lockContacts } from '../src/contacts/lock-contact.ts';
import { subscriptions } from '../src/events.ts';
import { newContact, path, startApp } from './start-app.ts';

const bus = createInProcessBus({ queues: ['test'] });
let app: Awaited<ReturnType<typeof startApp>>;
let messaging: Awaited<ReturnType<typeof startMessaging>>;
beforeAll(async () => {
  app = await startApp();
  const log = createLog({ service: 'contact-edit', level: 'silent' });
  const clock = createClock({ node: 'ce.test', startAfter: never });
  messaging = await startMessaging({ queue: 'test', subscriptions, transport: bus, db: app.db, clock, log });
});
afterAll(async () => {
  await messaging.stop();
  await app.stop();
});

const start = Date.now() - 60_000;
const stampAt = (ms: number) => formatStamp({ time: start + ms, counter: 0, node: 'mm.test' });

function changed(contact_id: string, ms: number, chapter_id = 'ch-1') {
  const membership = {
    id: 'ccm-1',
    contact_id,
    chapter_id,
    chapter_name: 'Chapter 1',
    status: 'active' as const,
    joined_at: new Date(start + ms).toISOString(),
  };
  return createEvent(contactChapterUpdated, { subject: contact_id, data: { membership, stamp: stampAt(ms) } });
}

function emailed(id: string, email: string, ms: number) {
  const contact = { id, created_at: new Date(start).toISOString(), email };
  return createEvent(contactUpdated, { subject: id, data: { contact, stamps: { email: stampAt(ms) } } });
}

function deleted(id: string, ms: number) {
  return createEvent(contactDeleted, { subject: id, data: { contact: { id }, stamps: { deleted: stampAt(ms) } } });
}

const create = async (given = {}): Promise<string> => (await app.api.post(path, newContact(given))).body.contact_id;
const stored = (id: string) => app.db.prisma.contact.findUniqueOrThrow({ where: { id } });
const membershipsOf = (contactId: string) =>
  app.db.prisma.membership.findMany({ where: { contactId }, orderBy: { chapterId: 'asc' } });

/** Events of one type, as one batch: they come while two others are applied. */
async function publishTogether(others: [CloudEvent, CloudEvent], events: CloudEvent[]): Promise<void> {
  const table = others[0].type === contactChapterUpdated.type ? 'memberships' : 'contacts';
  const statements = await recordStatements(() =>
    Promise.all([...others, ...events].map((event) => bus.publish(event))),
  );
  expect(statements.filter(({ text }) => text.includes(`INSERT INTO ${table}`))).toHaveLength(3);
}

test('when a membership of a contact that is not known changes many times at once, then the latest change stays', async () => {
  for (let round = 0; round < 10; round++) {
    const contactId = `c-unknown-${round}`;
    const newestFirst = Array.from({ length: 4 }, (_, i) => changed(contactId, 4 - i));
    await Promise.all(newestFirst.map((event) => bus.publish(event)));
    expect(await app.db.prisma.membership.findMany({ where: { contactId } })).toMatchObject([{ stamp: stampAt(4) }]);
  }
});

test('when a contact that is not known is deleted while its memberships come, then none is left', async () => {
  for (let round = 0; round < 10; round++) {
    const id = `c-deleted-${round}`;
    await Promise.all([changed(id, 1), deleted(id, 5), changed(id, 2)].map((event) => bus.publish(event)));
    expect(await app.db.prisma.membership.count({ where: { contactId: id } })).toBe(0);
  }
});

test('when a batch has changes of known, unknown and deleted contacts, one several times, then each is merged', async () => {
  const form = { phone: '912 34 567', address: 'Storgata 12', date_of_birth: '1988-04-21' };
  const [known, gone] = [await create(form), await create(form)];
  await app.api.delete(`${path}/${gone}`);
  const name = { full_name: 'Ane Berg', first_name: 'Ane', last_name: 'Berg' };
  const named = createEvent(contactUpdated, {
    subject: 'c-new',
    data: {
      contact: { id: 'c-new', created_at: new Date(start).toISOString(), ...name },
      stamps: { name: stampAt(2) },
    },
  });
  const soon = Date.now() + 1_000 - start;
  await publishTogether(
    [emailed('c-first', 'first@x.no', 1), emailed('c-second', 'second@x.no', 1)],
    [
      emailed('c-new', 'latest@x.no', 3),
      emailed(known, 'latest@x.no', soon),
      emailed('c-new', 'earlier@x.no', 1),
      emailed(gone, 'ghost@x.no', soon),
      named,
      emailed(known, 'earlier@x.no', 1),
    ],
  );
  expect((await app.api.get(`${path}/${known}`)).body).toMatchObject({ ...form, email: 'latest@x.no' });
  expect(await stored(gone)).toMatchObject({ email: '', phone: null, dateOfBirth: null });
  expect(await stored('c-new')).toMatchObject({
    fullName: 'Ane Berg',
    nameStamp: stampAt(2),
    email: 'latest@x.no',
    emailStamp: stampAt(3),
    createdAt: new Date(start),
  });
});

test('when a batch has memberships of known, unknown and deleted contacts, one several times, then each is merged', async () => {
  const [known, gone] = [await create({ chapter_affiliations: ['ch-0', 'ch-1'] }), await create()];
  await app.api.delete(`${path}/${gone}`);
  const before = await membershipsOf(known);
  const soon = Date.now() + 1_000 - start;
  await publishTogether(
    [changed('c-another', 1), changed('c-third', 1)],
    [
      changed('c-unknown', 3),
      changed(known, soon),
      changed(gone, soon),
      changed('c-unknown', 2),
      changed(known, 1, 'ch-0'),
      changed('c-unknown', 1, 'ch-2'),
    ],
  );
  expect(await membershipsOf(gone)).toEqual([]);
  expect(await membershipsOf(known)).toMatchObject([before[0] ?? {}, { chapterId: 'ch-1', stamp: stampAt(soon) }]);
  expect(await membershipsOf('c-unknown')).toMatchObject([
    { chapterId: 'ch-1', stamp: stampAt(3), joinedAt: new Date(start + 3) },
    { chapterId: 'ch-2', stamp: stampAt(1) },
  ]);
});

test('when a batch has deletions of known and unknown contacts, one several times, then nothing of them is left', async () => {
  const known = await create({ phone: '912 34 567', chapter_affiliations: ['ch-1', 'ch-2'] });
  const other = await create({ phone: '912 34 567', chapter_affiliations: ['ch-1'] });
  await publishTogether(
    [deleted('c-one', 1), deleted('c-two', 1)],
    [deleted(known, 2), deleted('c-never', 1), deleted(known, 3), deleted(known, 1)],
  );
  expect(await stored(known)).toMatchObject({ fullName: '', phone: null, deletedStamp: stampAt(3) });
  expect(await stored('c-never')).toMatchObject({ deletedStamp: stampAt(1) });
  expect(await membershipsOf(known)).toEqual([]);
  expect(await stored(other)).toMatchObject({ phone: '912 34 567' });
  expect(await membershipsOf(other)).toHaveLength(1);
});

test('when a contact is saved, put into chapters and changed elsewhere at once, then nothing is lost', async () => {
  for (let round = 0; round < 10; round++) {
    const id = await create();
    const answers = await Promise.all([
      app.api.put(`${path}/${id}`, { phone: '912 34 567' }),
      app.api.put(`${path}/${id}/chapter-affiliations`, { chapter_ids: ['ch-1'] }),
      app.api.put(`${path}/${id}`, { first_name: 'Ane', address: 'Storgata 12' }),
      bus.publish(emailed(id, 'elsewhere@x.no', Date.now() + 1_000 - start)),
      bus.publish(changed(id, 1, 'ch-2')),
    ]);
    expect(answers.slice(0, 3)).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
    const { email, ...form } = (await app.api.get(`${path}/${id}`)).body;
    expect(email).toBe('elsewhere@x.no');
    expect(form).toMatchObject({ first_name: 'Ane', phone: '912 34 567', address: 'Storgata 12' });
    expect(form.chapter_affiliations).toContain('ch-1');
  }
});

test('when an event comes while a contact is being saved, then it waits, and what was saved stays', async () => {
  const id = await create();
  const publishing = await app.db.transaction(async (tx) => {
    lockContacts(tx, [id]);
    await tx.query(sql`SELECT 'and it has come'`);
    const published = bus.publish(emailed(id, 'elsewhere@x.no', Date.now() + 1_000 - start));
    await waitFor(async () => {
      const waiting = sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await app.db.query(waiting)).length > 0;
    });
    await tx.query(sql`UPDATE contacts SET phone = '912 34 567' WHERE id = ${id}`);
    return { published };
  });
  await publishing.published;
  expect(await stored(id)).toMatchObject({ phone: '912 34 567', email: 'elsewhere@x.no' });
});

test('when others make the queue before this service has ever run, then nothing that it subscribes to is missing', () => {
  const ours = serviceQueues.find(({ queue }) => queue === 'contact-edit');
  expect(subscriptions.map(({ type }) => type).toSorted()).toEqual(ours?.types.toSorted());
});

test('when what is written is planned while there is nothing yet, then no plan reads all of a table', async () => {
  const statements = await recordStatements(async () => {
    const id = await create();
    await app.api.put(`${path}/${id}`, { phone: '+47 912 34 567' });
    await bus.publish(emailed(id, 'planned@x.no', 1));
    await bus.publish(changed(id, 2));
    await bus.publish(deleted(id, 3));
    await app.api.delete(`${path}/${await create()}`);
  });
  expect(statements.filter(({ text }) => text.includes('INTO memberships')).length).toBeGreaterThan(0);
  expect(await readsOfAllRows('contact-edit', statements)).toEqual([]);
});
