import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, jest } from '@jest/globals';
import { catalogue, subscribe } from '@kontakt/events';
import { asAdmin, removeQueues, testOnBroker, unique, waitFor } from '@kontakt/testing';
import {
  createReplica,
  differences,
  knownOfContacts,
  knownOfMemberships,
  type Entry,
  type Known,
} from './event-replica.ts';
import { startTestSystem } from './start-test-system.ts';
import { startWriters } from './writers.ts';

const runInService = join(import.meta.dirname, '../run-in-service.ts');
/** Thousands of events, while others write: on a slow machine that takes its time. */
const patient = { timeoutMs: 120_000 };
jest.setTimeout(240_000);
const oldRecords = 700;
const forOutside = catalogue.filter(({ type }) => !type.startsWith('contact-edit.'));

type System = Awaited<ReturnType<typeof startTestSystem>>;
type Owner = 'contact-repository' | 'multi-chapter-membership';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

let running: Promise<System> | undefined;
afterAll(async () => {
  await (await running)?.stop();
});

function startedSystem(AMQP_URL: string): Promise<System> {
  return (running ??= startWithOldRecords(AMQP_URL));
}

/** Several pages of records beside the demonstration, of which no event has ever told. */
async function startWithOldRecords(AMQP_URL: string): Promise<System> {
  const system = await startTestSystem({ AMQP_URL });
  const stamp = '1700000000000-0000-old.1';
  await system.query(
    'contact-repository',
    `INSERT INTO contacts (id, first_name, last_name, full_name, name_stamp, email, email_stamp, org_id, org_id_stamp,
       role, role_stamp, is_active, is_active_stamp, specialty_stamp, available, available_stamp, deleted_stamp,
       created_at, updated_at)
     SELECT 'old-' || n, 'Old', 'No' || n, 'Old No' || n, $1, n || '@example.no', $1, 'org_old', $1,
       'member', $1, true, '', '', true, '', '', now(), now() FROM generate_series(1, $2::int) AS n`,
    [stamp, oldRecords],
  );
  await system.query(
    'multi-chapter-membership',
    `WITH contact AS (
       INSERT INTO contacts (id, name_stamp, org_id_stamp, deleted_stamp)
       SELECT 'old-' || n, '', '', '' FROM generate_series(1, $2::int) AS n RETURNING id
     ), chapter AS (INSERT INTO chapters (id, name, name_stamp) VALUES ('ch-old', 'Old', $1))
     INSERT INTO memberships (contact_id, chapter_id, id, status, joined_at, stamp, created_at, updated_at)
     SELECT id, 'ch-old', 'ccm-' || id, 'active', now(), $1, now(), now() FROM contact`,
    [stamp, oldRecords],
  );
  return system;
}

/** `npm run resync`, as a person runs it, while all else goes on. */
function resync(args: string[], given: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, INTERNAL_TOKEN: 'a-token-only-for-tests', LOG_LEVEL: 'silent', ...given };
  const result = Promise.withResolvers<{ code: number | null; stdout: string; stderr: string }>();
  const child = execFile(process.execPath, [runInService, 'resync', ...args], { env }, (_error, stdout, stderr) => {
    result.resolve({ code: child.exitCode, stdout, stderr });
  });
  return { child, result: result.promise };
}

async function resyncAll(system: System, url: string, queue: string): Promise<void> {
  const owners: Owner[] = ['contact-repository', 'multi-chapter-membership'];
  for (const owner of owners) {
    const env = { AMQP_URL: url, DATABASE_URL: system.databases[owner] };
    const { code, stdout } = await resync([owner, '--queue', queue], env).result;
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^Published \d{3,} .* again\.\n$/) });
  }
}

/** What the owners of the records know. */
async function owned(system: System): Promise<Known> {
  const chapters = await system.query('multi-chapter-membership', 'SELECT * FROM chapters WHERE name IS NOT NULL');
  return new Map([
    ...knownOfContacts(await system.query('contact-repository', 'SELECT * FROM contacts')),
    ...knownOfMemberships(await system.query('multi-chapter-membership', 'SELECT * FROM memberships')),
    ...chapters.map(({ id, name, name_stamp }): Entry => [`chapter ${String(id)}`, [String(name_stamp), name]]),
  ]);
}

/** The same as Contact Edit keeps it: no memberships of deleted contacts, and neither their ids nor chapters' names. */
async function ownedByTheLiving(system: System): Promise<Known> {
  const all = await owned(system);
  const kept = [...all].filter(([key]) => {
    const [kind, id] = key.split(' ');
    return kind === 'contact' || (kind === 'membership' && !all.has(`contact ${String(id)} deleted`));
  });
  return new Map(
    kept.map(([key, [stamp, ...values]]) => [
      key,
      [stamp, ...(key.startsWith('membership') ? values.slice(0, 2) : values)],
    ]),
  );
}

/** When everything has arrived, they are equal and stay so. */
async function becomesEqual(system: System, differing: () => Promise<string[]>): Promise<void> {
  await waitFor(async () => (await system.countOutbox()) === 0 && (await differing()).length === 0, patient).catch(
    () => undefined, // in what they differ is said below
  );
  await sleep(500);
  expect(await differing()).toEqual([]);
}

await testOnBroker(({ test, testWithControl }) => {
  test('when a consumer begins with nothing while others write, then a resync makes it equal', async ({ url }) => {
    const system = await startedSystem(url);
    const stopWriters = startWriters(system.url, { count: 4 });
    closing.push(stopWriters);
    await sleep(2_000); // what happens now is not kept for whoever comes later
    const replica = createReplica();
    const queue = unique('newcomer');
    const { stop } = await subscribe({
      url,
      queue,
      events: forOutside,
      handler: (event) => {
        replica.apply(event);
      },
    });
    closing.push(() => removeQueues(url, queue), stop);
    await resyncAll(system, url, queue);
    await sleep(1_000);
    expect(await stopWriters()).toBeGreaterThan(50);

    await becomesEqual(system, async () => differences(replica.known, await owned(system)));
    const ended = [...replica.known].filter(([key, [, status]]) => key.endsWith(' deleted') || status === 'removed');
    expect(ended.length).toBeGreaterThan(20);
    process.stdout.write(`a new consumer knows ${replica.known.size} values, ${ended.length} of what has ended\n`);
  });

  test('when copies lose everything while others write, then a resync makes them equal', async ({ url }) => {
    const system = await startedSystem(url);
    const stopWriters = startWriters(system.url, { count: 4 });
    closing.push(stopWriters);
    await sleep(1_000);
    // Again, where it was chosen to end a deadlock: it locks what the writers lock in an order of their own.
    const lose = (service: Owner | 'contact-edit', sql: string) =>
      waitFor(async () => {
        await system.query(service, sql);
        return true;
      });
    await lose('contact-edit', 'TRUNCATE contacts, memberships');
    await lose(
      'multi-chapter-membership',
      "UPDATE contacts SET full_name = NULL, name_stamp = '', org_id = NULL, org_id_stamp = '', deleted_stamp = ''",
    );
    await resyncAll(system, url, 'contact-edit');
    await resyncAll(system, url, 'multi-chapter-membership');
    await sleep(1_000);
    expect(await stopWriters()).toBeGreaterThan(50);

    const names = (service: Owner) =>
      system.query(service, 'SELECT id, full_name, name_stamp, org_id, org_id_stamp, deleted_stamp FROM contacts');
    await becomesEqual(system, async () => {
      const form = new Map([
        ...knownOfContacts(await system.query('contact-edit', 'SELECT * FROM contacts')),
        ...knownOfMemberships(await system.query('contact-edit', 'SELECT * FROM memberships')),
      ]);
      const [theirs, ours] = [await names('multi-chapter-membership'), await names('contact-repository')];
      return [
        ...differences(form, await ownedByTheLiving(system)),
        ...differences(knownOfContacts(theirs), knownOfContacts(ours)),
      ];
    });
  });

  test('when one contact is named, then only its state is published', async ({ url }) => {
    const system = await startedSystem(url);
    const queue = unique('one');
    await asAdmin(url, (channel) => channel.assertQueue(queue, { durable: true }));
    const of = async (owner: Owner, id: string) => {
      const env = { AMQP_URL: url, DATABASE_URL: system.databases[owner] };
      return (await resync([owner, '--queue', queue, '--contact', id], env).result).stdout;
    };
    expect(await of('contact-repository', 'usr_01J3K8X')).toBe('Published 1 contacts again.\n');
    expect(await of('multi-chapter-membership', 'contact-8821')).toBe('Published 2 memberships and chapters again.\n');
    const told = await asAdmin(url, async (channel) => {
      const subjects: string[] = [];
      for (let m = await channel.get(queue, { noAck: true }); m; m = await channel.get(queue, { noAck: true }))
        subjects.push(JSON.parse(m.content.toString()).subject);
      await channel.deleteQueue(queue);
      return subjects;
    });
    expect(told).toEqual(['usr_01J3K8X', 'contact-8821', 'contact-8821']);
  });

  test('when it cannot be done, then it says why in a sentence', async ({ url }) => {
    const DATABASE_URL = (await startedSystem(url)).databases['contact-repository'];
    const failing = async (args: string[], env: Record<string, string> = {}) => {
      const { code, stdout, stderr } = await resync(args, env).result;
      expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({
        code: 1,
        stdout: '',
        lines: expect.any(Number),
      });
      expect(stderr).not.toMatch(/^ +at /m);
      return stderr;
    };
    const settings = { AMQP_URL: url, DATABASE_URL };
    expect(await failing(['contact-repo'], settings)).toBe(
      'Name a service that has this: npm run resync -- contact-repository\n',
    );
    expect(await failing(['contact-repository'], { DATABASE_URL })).toContain('AMQP_URL is required');
    const away = 'postgres://nobody@127.0.0.1:9/nothing';
    expect(await failing(['contact-repository'], { ...settings, DATABASE_URL: away })).toContain('DATABASE_URL');
    expect(await failing(['contact-repository', '--queue', 'nope'], settings)).toContain('there is no queue nope');
    expect(await failing(['contact-repository', '--qeue', 'x'], settings)).toContain('--qeue');
  });

  testWithControl(
    'when the broker is away, then it says that it waits, and goes on when it is back',
    async ({ url }, { stop, start }) => {
      const DATABASE_URL = (await startedSystem(url)).databases['contact-repository'];
      await stop();
      const { child, result } = resync(['contact-repository', '--queue', 'contact-edit'], {
        AMQP_URL: url,
        DATABASE_URL,
      });
      let said = '';
      child.stderr?.on('data', (words) => (said += String(words)));
      await waitFor(() => said.includes('RabbitMQ takes nothing just now; waiting for it'), patient);
      await start();
      expect(await result).toMatchObject({ code: 0, stdout: expect.stringContaining('contacts again.') });
    },
  );
});
