import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { contactDeleted, createEvent, type CloudEvent } from '@kontakt/events';
import { createLog, type Log } from '@kontakt/service-kit';
import { createTestDatabase, waitFor } from '@kontakt/testing';
import { Pool, type QueryConfig } from 'pg';
import { startRelay, type Relay } from '../src/relay.ts';
import { NobodyListensError, TransportUnavailableError } from '../src/transport.ts';

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

const relays: Relay[] = [];
afterEach(stopAll);

function start(
  options: Pick<Parameters<typeof startRelay>[0], 'transport' | 'pollMs' | 'sweepMs'> & { log?: Log; pool?: Pool },
): Relay {
  const relay = startRelay({ pool, log, ...options });
  relays.push(relay);
  return relay;
}

type Claim = 'sweep' | 'look' | 'next';

/** The same pool, where something comes before each claim: by a sweep, of what is due of late, or behind a full one. */
function poolThatClaims(before: (claim: Claim) => Promise<unknown>): Pool {
  const query = async (statement: QueryConfig) => {
    if (statement.name === 'outbox_sweep') await before('sweep');
    if (statement.name === 'outbox_claim') await before(statement.values?.[1] === null ? 'look' : 'next');
    return pool.query(statement);
  };
  return Object.create(pool, { query: { value: query } }) as Pool;
}

async function stopAll(): Promise<void> {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
}

async function write(count: number, prefix = 'usr_', type?: string, dueSince = '0 s'): Promise<string[]> {
  const subjects = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const events = subjects.map((id) =>
    JSON.stringify({
      ...createEvent(contactDeleted, {
        subject: id,
        data: { contact: { id }, stamps: { deleted: '1772356500000-0000-cr.1' } },
      }),
      ...(type !== undefined && { type }),
    }),
  );
  const insert = 'INSERT INTO outbox (event, available_at) SELECT unnest($1::text[]), now() - $2::interval';
  await pool.query(insert, [events, dueSince]);
  return subjects;
}

async function outbox(): Promise<{ attempts: number; parked: boolean; waiting: boolean }[]> {
  const { rows } = await pool.query<{ attempts: number; parked: boolean; waiting: boolean }>(
    'SELECT attempts, parked, greatest(available_at, leased_until) > now() AS waiting FROM outbox ORDER BY id',
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
  const relay = start({ transport, pollMs: 60_000 });
  const subjects = await write(250);
  relay.wake();
  await waitFor(async () => (await outbox()).length === 0);
  expect(transport.published.toSorted()).toEqual(subjects.toSorted());
});

test('when it is woken with a commit that is on its way, then what that writes is published, once it had nothing to do', async () => {
  const transport = createTransport();
  const writer = await pool.connect();
  await write(1);
  const relay = start({ transport, pollMs: 60_000 });
  // It looks already.
  expect(relay.wake(writer)).toBe(false);
  await waitFor(async () => (await outbox()).length === 0);
  await writer.query('BEGIN');
  await writer.query(`INSERT INTO outbox (event) VALUES ('{"type": "t", "subject": "written"}')`);
  const committed = writer.query('COMMIT');
  expect(relay.wake(writer)).toBe(true);
  await committed;
  writer.release();
  await waitFor(() => transport.published.includes('written'));
});

test('when a commit on its way takes long, then what others have written does not wait for it', async () => {
  const transport = createTransport();
  const writer = await pool.connect();
  await write(1, 'first-');
  const relay = start({ transport, pollMs: 60_000 });
  await waitFor(async () => (await outbox()).length === 0);
  let isCommitted = false;
  const committed = writer.query('SELECT pg_sleep(2)').then(() => (isCommitted = true));
  expect(relay.wake(writer)).toBe(true);
  await write(1, 'other-');
  relay.wake();
  await waitFor(() => transport.published.includes('other-0'));
  expect(isCommitted).toBe(false);
  await committed;
  writer.release();
});

test('when nobody wakes it, then it looks by itself', async () => {
  const transport = createTransport();
  start({ transport, pollMs: 50 });
  await write(1);
  await waitFor(() => transport.published.length === 1);
});

test('when a transaction commits long after it has written, then what it wrote is found', async () => {
  const transport = createTransport();
  const relay = start({ transport, pollMs: 20, sweepMs: 200 });
  await write(1, 'first-');
  await waitFor(() => transport.published.length === 1);
  for (let i = 0; i < 3; i++) {
    await write(1, `late-${i}-`, undefined, '1 hour');
    relay.wake();
    await waitFor(() => transport.published.length === i + 2);
  }
});

test('when a sweep takes long, then what is written meanwhile does not wait for it', async () => {
  const held = Promise.withResolvers<undefined>();
  const transport = createTransport();
  await write(1, 'old-', undefined, '1 hour');
  start({ transport, pollMs: 20, pool: poolThatClaims(async (claim) => claim === 'sweep' && held.promise) });
  await write(1, 'new-');
  await waitFor(() => transport.published.length === 1);
  expect(transport.published).toEqual(['new-0']);
  held.resolve(undefined);
  await waitFor(() => transport.published.includes('old-0'));
});

test('when a sweep fails, then what is written goes on, and there is another soon', async () => {
  let sweeps = 0;
  const transport = createTransport();
  await write(1, 'old-', undefined, '1 hour');
  const failFirst = async (claim: Claim) => {
    if (claim === 'sweep' && sweeps++ === 0) return Promise.reject(new Error('canceling statement'));
  };
  start({ transport, pollMs: 20, sweepMs: 60_000, pool: poolThatClaims(failFirst) });
  await write(1, 'new-');
  await waitFor(() => transport.published.length === 2);
  expect(sweeps).toBe(2);
});

test('when the database is away, then it is not asked more often than by itself', async () => {
  let asked = 0;
  const away = () => {
    asked += 1;
    return Promise.reject(new Error('connect ECONNREFUSED'));
  };
  const began = performance.now();
  start({ transport: createTransport(), pollMs: 100, pool: poolThatClaims(away) });
  await sleep(1_000);
  // A sweep and a look each time, not always together.
  expect(asked).toBeLessThanOrEqual((3 * (performance.now() - began)) / 100 + 4);
});

test('when a machine is busy, so that a sweep takes a while, then the next is not far', async () => {
  let sweeps = 0;
  const countSlow = async (claim: Claim) => {
    if (claim === 'sweep' && sweeps++ === 0) await sleep(300);
  };
  start({ transport: createTransport(), pollMs: 20, pool: poolThatClaims(countSlow) });
  await waitFor(() => sweeps === 2);
});

test('when a backlog cannot be read on from where it was, then it begins anew, and what is written goes on', async () => {
  const transport = createTransport();
  const swept = Promise.withResolvers<undefined>();
  const fail = async (claim: Claim) => {
    if (claim === 'sweep') await swept.promise;
    if (claim === 'next') return Promise.reject(new Error('canceling statement'));
  };
  await write(1_200, 'old-', undefined, '1 second');
  start({ transport, pollMs: 20, sweepMs: 60_000, pool: poolThatClaims(fail) });
  await write(1, 'new-');
  await waitFor(() => transport.published.length === 1_201);
  swept.resolve(undefined);
});

test('when a sweep does not get through all in its time, then it finds what there is part by part', async () => {
  const transport = createTransport();
  await write(1, 'oldest-', undefined, '1 day');
  await pool.query("SELECT setval('outbox_id_seq', nextval('outbox_id_seq') + 1000000)");
  await write(700, 'late-', undefined, '9 minutes');
  const hurried = new Pool({ connectionString: database.url, options: '-c statement_timeout=1' });
  const query = (statement: QueryConfig) => {
    const [, above, upTo] = statement.name === 'outbox_sweep' ? (statement.values ?? []) : [];
    const isTooMuch = Number(upTo) - Number(above) > 300_000;
    return isTooMuch ? hurried.query('SELECT pg_sleep(1)') : pool.query(statement);
  };
  start({ transport, pollMs: 5, sweepMs: 50, pool: Object.create(pool, { query: { value: query } }) as Pool });
  await waitFor(() => new Set(transport.published).size === 701);
  await stopAll();
  await hurried.end();
});

test('when some rows cannot be read, then what has lower and higher ids is found', async () => {
  const transport = createTransport();
  const insert = 'INSERT INTO outbox (id, event, available_at) VALUES ($1, $2, now() - $3::interval)';
  const { rows } = await pool.query<{ newest: string }>(
    "SELECT setval('outbox_id_seq', nextval('outbox_id_seq') + 10000) AS newest",
  );
  const newest = Number(rows[0]?.newest);
  for (const id of [newest - 9_000, newest - 10]) {
    await pool.query(insert, [id, JSON.stringify({ type: 't', subject: String(id) }), '1 hour']);
  }
  const query = (statement: QueryConfig) => {
    const [, above, upTo] = statement.name === 'outbox_sweep' ? (statement.values ?? []) : [];
    const isDamaged = Number(above) < newest - 5_000 && newest - 5_000 <= Number(upTo);
    return isDamaged ? Promise.reject(new Error('invalid page in block 7')) : pool.query(statement);
  };
  start({ transport, pollMs: 5, sweepMs: 5, pool: Object.create(pool, { query: { value: query } }) as Pool });
  await waitFor(() => transport.published.length === 2);
});

test('when there are more than are claimed at a time, some of them due at once, then all go, once', async () => {
  const transport = createTransport();
  const subjects = await write(1_800, 'usr_', undefined, '1 second');
  await pool.query("UPDATE outbox SET available_at = now() - interval '2 seconds' WHERE id % 3 > 0");
  start({ transport, pollMs: 60_000 });
  await waitFor(() => transport.published.length === subjects.length);
  expect(transport.published.toSorted()).toEqual(subjects.toSorted());
});

test('when there is a backlog, then it goes in the order in which it was written', async () => {
  const transport = createTransport();
  const subjects = await write(1_800, 'usr_', undefined, '1 minute');
  start({ transport, pollMs: 60_000 });
  await waitFor(() => transport.published.length === subjects.length);
  expect(transport.published).toEqual(subjects);
});

test('when one event fails again and again, then it waits longer each time, and the others go on', async () => {
  const tries: number[] = [];
  const transport = createTransport(({ subject }) => {
    if (subject !== 'bad-0') return null;
    tries.push(performance.now());
    return new Error('no queue');
  });
  await write(1, 'bad-');
  const others = await write(20);
  start({ transport, pollMs: 20 });
  // What was published is removed soon, and not before it fails again.
  await waitFor(async () => tries.length >= 3 && (await outbox()).length === 1);
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThan(95);
  expect(third - second).toBeGreaterThan(195);
  expect(transport.published.toSorted()).toEqual(others.toSorted());
  expect(await outbox()).toMatchObject([{ parked: false }]);
});

test('when it has failed too often, then it is parked and stays', async () => {
  const transport = createTransport(() => new Error('no queue'));
  await write(1);
  await pool.query('UPDATE outbox SET attempts = 19');
  start({ transport, pollMs: 20 });
  await waitFor(async () => (await outbox())[0]?.parked === true);
});

test('when nobody listens to an event yet, then it is never parked, says so once, and goes when somebody does', async () => {
  let listening = false;
  let tries = 0;
  const transport = createTransport(({ type }) => {
    if (type !== 'early.v1' || listening) return null;
    tries += 1;
    return new NobodyListensError('no queue is bound');
  });
  const lines: string[] = [];
  const told = createLog({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } });
  await write(3, 'early-', 'early.v1');
  // One has failed for reasons of its own before: that nobody listens is not the failure too many.
  await pool.query('UPDATE outbox SET attempts = 19 WHERE id = (SELECT min(id) FROM outbox)');
  const others = await write(20);
  start({ transport, log: told, pollMs: 20 });
  await waitFor(async () => {
    expect(await outbox()).toEqual([19, 0, 0].map((attempts) => ({ attempts, parked: false, waiting: true })));
    return tries >= 12;
  });
  expect(transport.published.toSorted()).toEqual(others.toSorted());
  expect(lines).toHaveLength(1);
  listening = true;
  await waitFor(async () => (await outbox()).length === 0);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    'nobody listens to these events; they wait',
    'somebody listens to these events again',
  ]);
});

test('when nobody has listened for long, then it is tried again within a minute', async () => {
  const transport = createTransport(() => new NobodyListensError('no queue is bound'));
  await write(1);
  await pool.query("UPDATE outbox SET created_at = now() - interval '1 day'");
  start({ transport, pollMs: 20 });
  const wait = await waitFor(async () => {
    const { rows } = await pool.query('SELECT extract(epoch FROM available_at - now())::float8 AS s FROM outbox');
    return rows[0].s > 20 && rows[0].s;
  });
  // A statement's `now()` can be a little older than what it sees.
  expect(wait).toBeLessThan(61);
});

test('when the transport is away, then nothing is counted against the events, and they go when it is back', async () => {
  let away = true;
  const transport = createTransport(() => (away ? new TransportUnavailableError('away') : null));
  await write(5);
  start({ transport, pollMs: 20 });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect((await outbox()).map(({ attempts }) => attempts)).toEqual([0, 0, 0, 0, 0]);
  away = false;
  await waitFor(() => transport.published.length === 5);
});

test('when the transport is away, then it is not tried more often because more is written', async () => {
  let tried = 0;
  await write(1);
  const relay = start({
    transport: createTransport(() => {
      tried += 1;
      return new TransportUnavailableError('away');
    }),
    pollMs: 300,
    sweepMs: 60_000,
  });
  await waitFor(() => tried > 0);
  const began = performance.now();
  const waking = setInterval(() => {
    relay.wake();
  }, 5);
  await sleep(1_000);
  clearInterval(waking);
  // A second lasts longer on a busy machine. The first two looks, and one that ends just now, are beside the pause.
  expect(tried).toBeLessThanOrEqual(3 + (performance.now() - began) / 300);
});

test('when the transport is away, then one event at a time is tried, however many wait', async () => {
  let tried = 0;
  let away = true;
  const transport = createTransport(() => {
    tried += 1;
    return away ? new TransportUnavailableError('away') : null;
  });
  const subjects = await write(2_000, 'usr_', undefined, '1 hour');
  start({ transport, pollMs: 100 });
  await waitFor(() => tried > 0);
  await sleep(300);
  const before = tried;
  const began = performance.now();
  await sleep(500);
  // Two look.
  expect(tried - before).toBeLessThanOrEqual(2 * (1 + (performance.now() - began) / 100));
  away = false;
  await waitFor(() => new Set(transport.published).size === subjects.length);
});

test('when it is stopped while the transport is away, then it takes nothing more', async () => {
  let tried = 0;
  const away = () => {
    tried += 1;
    return new TransportUnavailableError('away');
  };
  // Before the relay starts: one that is woken while it looks would look again before it knows that the transport is away.
  await write(1);
  const relay = start({ transport: createTransport(away), pollMs: 60_000 });
  await waitFor(async () => tried > 0 && (await outbox()).every(({ waiting }) => !waiting));
  // Its first look at what is due of late may come behind its first at all.
  await sleep(200);
  const triedBefore = tried;
  relay.wake();
  await sleep(100);
  await relay.stop();
  expect(tried).toBe(triedBefore);
});

test('when confirms are slow, then what became due meanwhile is published as soon as they have come', async () => {
  const published: string[] = [];
  const confirmed = Promise.withResolvers<undefined>();
  const transport = {
    async publish({ subject }: CloudEvent): Promise<void> {
      published.push(subject);
      if (subject.startsWith('slow')) await confirmed.promise;
    },
  };
  start({ transport, pollMs: 50, sweepMs: 60_000 });
  for (let i = 1; i <= 8; i++) {
    await write(1, `slow-${i}-`);
    await waitFor(() => published.length === i);
  }
  await write(1, 'late-');
  // Longer than rows are looked for after they became due.
  await sleep(6_000);
  expect(published).not.toContain('late-0');
  confirmed.resolve(undefined);
  await waitFor(() => published.includes('late-0'), { timeoutMs: 3_000 });
});

test('when two relays share the work, then each event is published once', async () => {
  const transport = createTransport();
  await write(5_000);
  for (let i = 0; i < 2; i++) start({ transport, pollMs: 20 });
  await waitFor(async () => (await outbox()).length === 0);
  await stopAll();
  expect(transport.published).toHaveLength(5_000);
  expect(new Set(transport.published).size).toBe(5_000);
});

test('when a relay died with its claim, then another takes over when the lease is up', async () => {
  await write(1);
  await pool.query("UPDATE outbox SET leased_until = now() + interval '300 ms'");
  const transport = createTransport();
  start({ transport, pollMs: 20, sweepMs: 50 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(transport.published).toEqual([]);
  await waitFor(() => transport.published.length === 1);
});
