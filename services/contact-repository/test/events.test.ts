import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock, formatStamp, never, parseStamp, StampAheadError } from '@kontakt/convergence';
import {
  contactChapterAdded,
  contactChapterRemoved,
  contactEditDeleted,
  contactEditSaved,
  createEvent,
  serviceQueues,
  type CloudEvent,
} from '@kontakt/events';
import { createInProcessBus, startMessaging } from '@kontakt/messaging';
import { createLog } from '@kontakt/service-kit';
import { expectProblem, readsOfAllRows, recordStatements } from '@kontakt/testing';
import { applyEdits } from '../src/contacts/apply-edits.ts';
import { subscriptions } from '../src/events.ts';
import { path, startApp } from './start-app.ts';

const clock = createClock({ node: 'cr.test', startAfter: never });
const bus = createInProcessBus({ queues: ['test'] });
let app: Awaited<ReturnType<typeof startApp>>;
let messaging: Awaited<ReturnType<typeof startMessaging>>;
beforeAll(async () => {
  app = await startApp();
  const log = createLog({ service: 'contact-repository', level: 'silent' });
  messaging = await startMessaging({ queue: 'test', subscriptions, transport: bus, db: app.db, clock, log });
});
afterAll(async () => {
  await messaging.stop();
  await app.stop();
});

const stampAt = (time: number) => formatStamp({ time, counter: 0, node: 'ce.test' });

function saved(id: string, email: string, stamp: string): CloudEvent {
  const contact = { id, created_at: '2026-01-01T00:00:00.000Z', email };
  return createEvent(contactEditSaved, { subject: id, data: { contact, stamps: { email: stamp } } });
}

function deleted(id: string, stamp: string): CloudEvent {
  return createEvent(contactEditDeleted, { subject: id, data: { contact: { id }, stamps: { deleted: stamp } } });
}

function membership(contactId: string, status: 'active' | 'removed', stamp: string): CloudEvent {
  const what = { id: 'ccm-001', contact_id: contactId, chapter_id: 'ch-1', chapter_name: 'Ch', status };
  return createEvent(status === 'active' ? contactChapterAdded : contactChapterRemoved, {
    subject: contactId,
    data: { membership: { ...what, joined_at: '2026-01-01T00:00:00.000Z' }, stamp },
  });
}

const emailOf = async (id: string) => (await app.api.get(`${path}/${id}`)).body.email;

test('when events come twice and in the wrong order, then the latest write stays', async () => {
  const now = Date.now();
  const [first, second] = [
    saved('c-order', 'first@x.no', stampAt(now)),
    saved('c-order', 'second@x.no', stampAt(now + 1)),
  ];
  for (const event of [second, first, second, first]) await bus.publish(event);
  expect(await emailOf('c-order')).toBe('second@x.no');
});

test('when a batch tells of contacts several times, known and new ones, then of each the latest write stays', async () => {
  const now = Date.now();
  await bus.publish(saved('c-known', 'known@x.no', stampAt(now)));
  const told = (id: string, email: string, after: number) => ({
    contact: { id, created_at: '2026-01-01T00:00:00.000Z', email },
    stamps: { email: stampAt(now + after) },
  });
  await app.db.transaction((tx) =>
    applyEdits(tx, [
      told('c-new', 'second@x.no', 2),
      told('c-known', 'late@x.no', -1),
      told('c-new', 'first@x.no', 1),
      told('c-known', 'newest@x.no', 3),
    ]),
  );
  expect(await emailOf('c-new')).toBe('second@x.no');
  expect(await emailOf('c-known')).toBe('newest@x.no');
});

test('when a write comes after the deletion, then nothing comes back', async () => {
  await bus.publish(deleted('c-gone', stampAt(Date.now())));
  await bus.publish(saved('c-gone', 'ghost@x.no', stampAt(Date.now() + 1_000)));
  expectProblem(await app.api.get(`${path}/c-gone`), 404);
  expect(await app.db.prisma.contact.findUniqueOrThrow({ where: { id: 'c-gone' } })).toMatchObject({ email: '' });
});

test('when a stamp lies a day ahead, then the event is refused, nothing is stored, and the clock does not move', async () => {
  const tomorrow = saved('c-tomorrow', 'tomorrow@x.no', stampAt(Date.now() + 86_400_000));
  await expect(bus.publish(tomorrow)).rejects.toThrow(StampAheadError);
  expectProblem(await app.api.get(`${path}/c-tomorrow`), 404);
  expect(parseStamp(clock.next())?.time).toBeLessThan(Date.now() + 60_000);
});

test('when memberships are told of before their contact, twice and in the wrong order, then the latest stays', async () => {
  const now = Date.now();
  const [added, removed, again] = [
    membership('c-member', 'active', stampAt(now)),
    membership('c-member', 'removed', stampAt(now + 1)),
    membership('c-member', 'active', stampAt(now + 2)),
  ];
  const rows = () => app.db.prisma.membership.findMany({ where: { contactId: 'c-member' } });
  for (const event of [removed, added, removed]) await bus.publish(event);
  expect(await rows()).toMatchObject([{ chapterId: 'ch-1', active: false }]);
  for (const event of [again, removed, added]) await bus.publish(event);
  expect(await rows()).toMatchObject([{ chapterId: 'ch-1', active: true, stamp: stampAt(now + 2) }]);
});

test('when others make the queue before this service has ever run, then nothing that it subscribes to is missing', () => {
  const ours = serviceQueues.find(({ queue }) => queue === 'contact-repository');
  expect(subscriptions.map(({ type }) => type).toSorted()).toEqual(ours?.types.toSorted());
});

test('when what is written is planned while there is nothing yet, then no plan reads all of a table', async () => {
  const now = Date.now();
  const statements = await recordStatements(async () => {
    const given = { full_name: 'Plan Ned', email: 'plan@x.no', role: 'member', org_id: 'org-1' };
    const { body } = await app.api.post(path, given);
    await app.api.put(`${path}/${body.id}`, { email: 'planned@x.no' });
    await bus.publish(saved('c-planned', 'planned@x.no', stampAt(now)));
    await bus.publish(membership('c-planned', 'active', stampAt(now)));
    await bus.publish(deleted('c-planned', stampAt(now + 1)));
    await app.api.delete(`${path}/${body.id}`);
  });
  expect(statements.filter(({ text }) => text.includes('UPDATE contacts')).length).toBeGreaterThan(0);
  expect(await readsOfAllRows('contact-repository', statements)).toEqual([]);
});
