import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { contactDeleted, createEvent, type CloudEvent } from '@kontakt/events';
import { createLog } from '@kontakt/service-kit';
import { createTestDatabase, waitFor } from '@kontakt/testing';
import { Pool } from 'pg';
import { startRelay } from '../src/relay.ts';
import { TransportUnavailableError } from '../src/transport.ts';

const log = createLog({ service: 'test', level: 'silent' });

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase('contact-repository');
  pool = new Pool({ connectionString: database.url, max: 6 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => pool.query('TRUNCATE outbox'));

async function write(count: number, prefix = 'usr_'): Promise<string[]> {
  const subjects = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const events = subjects.map((id) =>
    JSON.stringify(
      createEvent(contactDeleted, {
        subject: id,
        data: { contact: { id }, stamps: { deleted: '1772356500000-0000-cr.1' } },
      }),
    ),
  );
  await pool.query('INSERT INTO outbox (event) SELECT unnest($1::text[])', [events]);
  return subjects;
}

async function outbox(): Promise<{ attempts: number; parked: boolean; waiting: boolean }[]> {
  const { rows } = await pool.query<{ attempts: number; parked: boolean; waiting: boolean }>(
    'SELECT attempts, parked, available_at > now() AS waiting FROM outbox ORDER BY id',
  );
  return rows;
}

/** Remembers what it published; fails as it is told. */
function createTransport(fail: (event: CloudEvent) => Error | null = () => null) {
  const published: string[] = [];
  return {
    published,
    publish(event: CloudEvent): Promise<void> {
      const error = fail(event);
      if (error) return Promise.reject(error);
      published.push(event.subject);
      return Promise.resolve();
    },
  };
}

test('when it is woken, then what is in the outbox is published once and gone', async () => {
  const transport = createTransport();
  const relay = startRelay({ pool, transport, log, pollMs: 60_000 });
  const subjects = await write(250);
  relay.wake();
  await waitFor(async () => (await outbox()).length === 0);
  expect(transport.published.toSorted()).toEqual(subjects.toSorted());
  await relay.stop();
});

test('when nobody wakes it, then it looks by itself', async () => {
  const transport = createTransport();
  const relay = startRelay({ pool, transport, log, pollMs: 50 });
  await write(1);
  await waitFor(() => transport.published.length === 1);
  await relay.stop();
});

test('when one event fails again and again, then it waits longer each time, and the others go on', async () => {
  const transport = createTransport(({ subject }) => (subject === 'bad-0' ? new Error('no queue') : null));
  await write(1, 'bad-');
  const others = await write(20);
  const relay = startRelay({ pool, transport, log, pollMs: 20 });
  await waitFor(async () => (await outbox())[0]?.attempts === 2);
  expect(transport.published.toSorted()).toEqual(others.toSorted());
  expect(await outbox()).toEqual([{ attempts: 2, parked: false, waiting: true }]);
  await relay.stop();
});

test('when it has failed too often, then it is parked and stays', async () => {
  const transport = createTransport(() => new Error('no queue'));
  await write(1);
  await pool.query('UPDATE outbox SET attempts = 19');
  const relay = startRelay({ pool, transport, log, pollMs: 20 });
  await waitFor(async () => (await outbox())[0]?.parked === true);
  await relay.stop();
});

test('when the transport is away, then nothing is counted against the events, and they go when it is back', async () => {
  let away = true;
  const transport = createTransport(() => (away ? new TransportUnavailableError('away') : null));
  await write(5);
  const relay = startRelay({ pool, transport, log, pollMs: 20 });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect((await outbox()).map(({ attempts }) => attempts)).toEqual([0, 0, 0, 0, 0]);
  away = false;
  await waitFor(() => transport.published.length === 5);
  await relay.stop();
});

test('when two relays share the work, then each event is published once', async () => {
  const transport = createTransport();
  await write(1_000);
  const relays = [1, 2].map(() => startRelay({ pool, transport, log, pollMs: 20 }));
  await waitFor(async () => (await outbox()).length === 0);
  await Promise.all(relays.map((relay) => relay.stop()));
  expect(transport.published).toHaveLength(1_000);
  expect(new Set(transport.published).size).toBe(1_000);
});

test('when a relay died with its claim, then another takes over when the lease is up', async () => {
  await write(1);
  await pool.query("UPDATE outbox SET available_at = now() + interval '300 ms'");
  const transport = createTransport();
  const relay = startRelay({ pool, transport, log, pollMs: 20 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(transport.published).toEqual([]);
  await waitFor(() => transport.published.length === 1);
  await relay.stop();
});
