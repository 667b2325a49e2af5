import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock, formatStamp, never } from '@kontakt/convergence';
import { contactChapterUpdated, contactDeleted, createEvent, serviceQueues } from '@kontakt/events';
import { createInProcessBus, startMessaging } from '@kontakt/messaging';
import { createLog } from '@kontakt/service-kit';
import { subscriptions } from '../src/events.ts';
import { startApp } from './start-app.ts';

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

function changed(contact_id: string, ms: number) {
  const membership = {
    id: 'ccm-1',
    contact_id,
    chapter_id: 'ch-1',
    chapter_name: 'Chapter 1',
    status: 'active' as const,
    joined_at: new Date(start + ms).toISOString(),
  };
  return createEvent(contactChapterUpdated, { subject: contact_id, data: { membership, stamp: stampAt(ms) } });
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
    const data = { contact: { id }, stamps: { deleted: stampAt(5) } };
    const deleted = createEvent(contactDeleted, { subject: id, data });
    await Promise.all([changed(id, 1), deleted, changed(id, 2)].map((event) => bus.publish(event)));
    expect(await app.db.prisma.membership.count({ where: { contactId: id } })).toBe(0);
  }
});

test('when others make the queue before this service has ever run, then nothing that it subscribes to is missing', () => {
  const ours = serviceQueues.find(({ queue }) => queue === 'contact-edit');
  expect(subscriptions.map(({ type }) => type).toSorted()).toEqual(ours?.types.toSorted());
});
