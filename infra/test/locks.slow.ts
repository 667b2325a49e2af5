import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { TransportUnavailableError, type Transport } from '@kontakt/messaging';
import type { Running } from '@kontakt/service-kit';
import { createClient, createTestDatabase, waitFor, type Answer } from '@kontakt/testing';
import { Pool } from 'pg';
import {
  createReplica,
  differences,
  knownOfContacts,
  knownOfMemberships,
  type Entry,
  type Known,
} from './event-replica.ts';
import { subjects, toRequest, type Write } from './locked-writes.ts';

/**
 * What gives up waiting, after how long, and how often that is provoked. A transaction's time is the service's own; the
 * other two are a tenth of it, as they can be set in the database's address, and off where another is to be the first.
 */
const patiences = [
  { gaveUp: 'the lock', afterMs: 200, rounds: 8, writesAtOnce: 5, settings: '-c lock_timeout=200 -c statement_timeout=400' },
  { gaveUp: 'the statement', afterMs: 400, rounds: 6, writesAtOnce: 5, settings: '-c lock_timeout=0 -c statement_timeout=400' },
  { gaveUp: 'the transaction', afterMs: 5_000, rounds: 4, writesAtOnce: 2, settings: '-c lock_timeout=0 -c statement_timeout=0' },
]; // prettier-ignore
const locksAtOnce = 20;

/** Events stay in the outbox, where they can be counted. */
const noTransport: Transport = {
  publish: () => Promise.reject(new TransportUnavailableError('kept for the test')),
  subscribe: () => Promise.resolve(),
  check: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Begins to hold a lock, and resolves when it is held; `released` when it is let go of. */
async function hold(pool: Pool, lock: string, ms: number): Promise<{ released: Promise<unknown> }> {
  const holder = await pool.connect();
  await holder.query('BEGIN');
  await holder.query(lock);
  const released = sleep(ms)
    .then(() => holder.query('ROLLBACK'))
    .finally(() => {
      holder.release();
    });
  return { released };
}

/** The stamp under which the change of an accepted write was made. */
function stampOf({ stamps }: Write, answer: Answer): string {
  const [content = ''] = (answer.headers.get('consistency-token') ?? '').split('.');
  const token = JSON.parse(Buffer.from(content, 'base64url').toString());
  return Object.keys(stamps === 'contact' ? token.r : token.m).reduce(
    (newest, stamp) => (stamp > newest ? stamp : newest),
    '',
  );
}

/** Everything that the service's database holds, and what its outbox says that it holds. */
async function readBoth(pool: Pool) {
  const outbox = (await pool.query('SELECT event FROM outbox ORDER BY id')).rows.map(({ event }) => JSON.parse(event));
  const replica = createReplica();
  for (const event of outbox) replica.apply(event);
  const rowsOf = async (table: string): Promise<Record<string, unknown>[]> => {
    const { rows } = await pool.query('SELECT to_regclass($1) AS there', [table]);
    return rows[0].there === null ? [] : (await pool.query(`SELECT * FROM ${table}`)).rows;
  };
  const chapters = (await rowsOf('chapters')).filter(({ name }) => name !== null);
  const state: Known = new Map([
    ...knownOfContacts(await rowsOf('contacts')),
    ...knownOfMemberships(await rowsOf('memberships')),
    ...chapters.map(({ id, name, name_stamp }): Entry => [`chapter ${String(id)}`, [String(name_stamp), name]]),
  ]);
  return { outbox, told: replica.known, state };
}

/** The stamps under which the events were made. */
function stampsOf(events: { type: string; data: ReturnType<typeof JSON.parse> }[]): Set<string> {
  const newest = (stamps: string[]) => stamps.toSorted().at(-1) ?? '';
  return new Set(
    events
      // Beside a membership's own event, under a stamp that no answer tells; the state tells it.
      .filter(({ type }) => !type.startsWith('chapter.renamed'))
      .map(({ data }) =>
        newest(
          data.stamps
            ? Object.values(data.stamps)
            : (data.memberships ?? [data]).map((m: { stamp: string }) => m.stamp),
        ),
      ),
  );
}

async function start(service: keyof typeof subjects, databaseUrl: string, settings: string): Promise<Running> {
  const address = new URL(databaseUrl);
  address.searchParams.set('options', `-c timezone=UTC ${settings}`);
  const nowhere = 'http://127.0.0.1:9';
  const env = {
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: address.href,
    DATABASE_POOL_SIZE: '34',
    INTERNAL_TOKEN: 'a-token-only-for-tests',
    DEFAULT_ORG_ID: 'org_locks',
    CONTACT_REPOSITORY_URL: nowhere,
    MULTI_CHAPTER_MEMBERSHIP_URL: nowhere,
  };
  return subjects[service].start(env, noTransport);
}

/** Sends writes, and keeps what their answers promise. */
function createWriter(url: string, promised: Set<string>) {
  const api = createClient(url);
  const counts = { accepted: 0, refusedAfter: [] as number[] };
  const send = async (write: Write): Promise<Answer> => {
    const sent = performance.now();
    const answer = await api.send(toRequest(write));
    expect([200, 201, 400, 404, 503]).toContain(answer.status);
    if (answer.status < 300) promised.add(stampOf(write, answer));
    if (answer.status < 300) counts.accepted += 1;
    if (answer.status === 503) counts.refusedAfter.push(Math.round(performance.now() - sent));
    return answer;
  };
  const create = (write: Write) =>
    waitFor(async () => {
      const { status, body } = await send(write);
      return status === 201 && body;
    });
  return { send, create, counts };
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test.each(['contact-repository', 'contact-edit', 'multi-chapter-membership'] as const)(
  'when 342 locks on the way of writes to %s are held longer than it waits, then state, outbox and answers agree',
  async (service) => {
    const database = await createTestDatabase(service);
    const pool = new Pool({ connectionString: database.url, max: locksAtOnce + 1 });
    closing.push(database.drop, () => pool.end());
    const promised = new Set<string>();
    let targets = 0;
    let heldTooLong = 0;

    for (const { gaveUp, afterMs, rounds, writesAtOnce, settings } of patiences) {
      const running = await start(service, database.url, settings);
      closing.push(running.stop);
      const { send, create, counts } = createWriter(running.url, promised);
      for (let round = 0; round < rounds; round++) {
        const prepared = await Promise.all(
          Array.from({ length: locksAtOnce }, () => subjects[service].prepare((targets += 1), create)),
        );
        const locks = prepared.map((target) => one(target.locks));
        if (round % 4 === 0) locks[1] = 'LOCK TABLE outbox IN SHARE MODE';
        // One of them a little less long, so that some come just in time.
        const time = (i: number) => afterMs * (i === 0 ? 0.8 + 0.2 * Math.random() : 1 + 0.4 * Math.random());
        const holds = await Promise.all(locks.map((lock, i) => hold(pool, lock, time(i))));
        heldTooLong += holds.length - 1;
        const sending = prepared.flatMap(({ writes }) => some(writes, writesAtOnce)).map(send);
        await Promise.all([...sending, ...holds.map(({ released }) => released)]);

        const { outbox, told, state } = await readBoth(pool);
        expect(differences(state, told)).toEqual([]);
        expect(stampsOf(outbox)).toEqual(promised);
      }
      // Both must have come about, or nothing was shown.
      expect(counts.accepted).toBeGreaterThan(rounds);
      expect(counts.refusedAfter.length).toBeGreaterThan(rounds);
      tell(`${service}: ${rounds * (locksAtOnce - 1)} times ${gaveUp} took too long`, counts);
      await running.stop();
      closing.pop();
    }
    expect(heldTooLong).toBe(342);
  },
  240_000,
);

function tell(what: string, { accepted, refusedAfter }: ReturnType<typeof createWriter>['counts']): void {
  const usual = refusedAfter.toSorted((a, b) => a - b)[Math.floor(refusedAfter.length / 2)];
  process.stdout.write(
    `${what}; ${accepted} writes accepted, ${refusedAfter.length} refused, usually after ${usual} ms\n`,
  );
}

function one<T>(of: T[]): T {
  const [it] = some(of, 1);
  if (it === undefined) throw new Error('nothing to choose from');
  return it;
}

/** Some that follow each other, beginning anywhere. */
function some<T>(of: T[], count: number): T[] {
  const first = Math.floor(Math.random() * of.length);
  return [...of, ...of].slice(first, first + count);
}
