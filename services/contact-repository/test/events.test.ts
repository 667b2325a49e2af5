import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock, formatStamp, never, parseStamp, StampAheadError } from '@kontakt/convergence';
import { contactEditDeleted, contactEditSaved, createEvent, type CloudEvent } from '@kontakt/events';
import { createInProcessBus, startMessaging } from '@kontakt/messaging';
import { createLog } from '@kontakt/service-kit';
import { expectProblem } from '@kontakt/testing';
import { subscriptions } from '../src/events.ts';
import { path, startApp } from './start-app.ts';

const clock = createClock({ node: 'cr.test', startAfter: never });
const bus = createInProcessBus();
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
