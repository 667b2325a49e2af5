import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock, formatStamp, never } from '@kontakt/convergence';
import { contactDeleted, createEvent, serviceQueues, type CloudEvent } from '@kontakt/events';
import { createInProcessBus, startMessaging, type Transport } from '@kontakt/messaging';
import { createLog } from '@kontakt/service-kit';
import { readsOfAllRows, recordStatements, waitFor } from '@kontakt/testing';
import sql from 'sql-template-tag';
import { applyContacts } from '../src/contacts/apply-contacts.ts';
import { subscriptions } from '../src/events.ts';
import { applyAffiliations } from '../src/memberships/apply-affiliations.ts';
import { newMembership, path, startApp } from './start-app.ts';

const bus = createInProcessBus({ queues: ['test'] });
const published: CloudEvent[] = [];
/** What the service publishes is only looked at. */
const transport: Transport = {
  ...bus,
  publish: (event) => {
    published.push(event);
    return Promise.resolve();
  },
};

let app: Awaited<ReturnType<typeof startApp>>;
let messaging: Awaited<ReturnType<typeof startMessaging>>;
beforeAll(async () => {
  app = await startApp();
  const log = createLog({ service: 'multi-chapter-membership', level: 'silent' });
  const clock = createClock({ node: 'mm.test', startAfter: never });
  messaging = await startMessaging({ queue: 'test', subscriptions, transport, db: app.db, clock, log });
});
afterAll(async () => {
  await messaging.stop();
  await app.stop();
});

const stampAt = (time: number) => formatStamp({ time, counter: 0, node: 'cr.test' });

test('when a contact was deleted before its membership was written, then the end is later than that, for every copy', async () => {
  const { contact_id, id } = (await app.api.post(path, newMembership())).body;
  const { stamp: written } = await app.db.prisma.membership.findUniqueOrThrow({ where: { id } });
  const deleted = stampAt(Date.now() - 5_000);
  const event = createEvent(contactDeleted, {
    subject: contact_id,
    data: { contact: { id: contact_id }, stamps: { deleted } },
  });
  for (let time = 0; time < 2; time++) await bus.publish(event);

  const stored = await app.db.prisma.membership.findUniqueOrThrow({ where: { id } });
  expect(stored).toMatchObject({ status: 'removed' });
  expect(stored.stamp > written).toBe(true);
  const told = () =>
    published.filter(({ type, subject }) => type === 'contact-chapter.removed.v1' && subject === contact_id);
  await waitFor(() => told().length > 0);
  expect(told().map(({ data }) => data)).toEqual([expect.objectContaining({ stamp: stored.stamp })]);
});

test('when others make the queue before this service has ever run, then nothing that it subscribes to is missing', () => {
  const ours = serviceQueues.find(({ queue }) => queue === 'multi-chapter-membership');
  expect(subscriptions.map(({ type }) => type).toSorted()).toEqual(ours?.types.toSorted());
});

test('when a batch tells of one membership twice, then the later one counts, in whatever order', async () => {
  const [begun, ended] = (['active', 'removed'] as const).map((status, i) => ({
    contact_id: 'c-batch',
    memberships: [
      { chapter_id: 'ch-batch', status, joined_at: '2026-01-02T03:04:05.000Z', stamp: stampAt(1_700_000_000_000 + i) },
    ],
  }));
  if (!begun || !ended) throw new Error('two were expected');
  await app.db.transaction((tx) => applyAffiliations(tx, [ended, begun, begun]));
  expect(await app.db.prisma.membership.findMany({ where: { contactId: 'c-batch' } })).toMatchObject([
    { status: 'removed', stamp: stampAt(1_700_000_000_001) },
  ]);
});

test('when a contact has changed in what memberships do not show, then nothing is locked, and nothing must reach the disk', async () => {
  const contact = { id: 'c-unconcerned', created_at: '2026-01-02T03:04:05.000Z', email: 'a@org.no', org_id: 'org_1' };
  const named = { ...contact, full_name: 'Ane Berg', first_name: 'Ane', last_name: 'Berg' };
  const [first, later, last] = [stampAt(1_700_000_000_001), stampAt(1_700_000_000_002), stampAt(1_700_000_000_003)];
  const apply = (told: Parameters<typeof applyContacts>[1]) =>
    app.db.transaction(async (tx) => {
      await applyContacts(tx, told);
      const [row] = await tx.query<{ id: string | null }>(sql`SELECT pg_current_xact_id_if_assigned()::text AS id`);
      return row?.id;
    });
  const stored = () => app.db.prisma.contact.findUnique({ where: { id: contact.id } });

  const known = { contact: named, stamps: { name: later, org_id: first } };
  expect(await apply([known])).toEqual(expect.any(String));
  const before = await stored();
  const older = { contact: { ...named, full_name: 'Ane Holm' }, stamps: { name: first } };
  expect(await apply([known, { contact, stamps: { email: last } }, older])).toBeNull();
  expect(await stored()).toEqual(before);

  const renamed = { contact: { ...named, full_name: 'Ane Vik' }, stamps: { name: last } };
  expect(await apply([known, renamed])).toEqual(expect.any(String));
  expect(await stored()).toMatchObject({ fullName: 'Ane Vik', nameStamp: last });
});

test('when what is written is planned while there is nothing yet, then no plan reads all of a table', async () => {
  const statements = await recordStatements(async () => {
    const { contact_id, id } = (await app.api.post(path, newMembership())).body;
    await app.api.put(`${path}/${id}`, { status: 'inactive' });
    const contact = { id: contact_id, created_at: '2026-01-01T00:00:00.000Z', first_name: 'Plan', last_name: 'Ned' };
    const stamps = { name: stampAt(Date.now()) };
    await app.db.transaction((tx) => applyContacts(tx, [{ contact, stamps }]));
    await bus.publish(
      createEvent(contactDeleted, {
        subject: contact_id,
        data: { contact: { id: contact_id }, stamps: { deleted: stampAt(Date.now()) } },
      }),
    );
  });
  expect(statements.filter(({ text }) => text.includes('UPDATE contacts')).length).toBeGreaterThan(0);
  expect(await readsOfAllRows('multi-chapter-membership', statements)).toEqual([]);
});
