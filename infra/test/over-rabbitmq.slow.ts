import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect } from '@jest/globals';
import { connect } from 'amqplib';
import { createClient, expectProblem, testOnBroker, waitFor, type Client } from '@kontakt/testing';
import { startTestSystem } from './start-test-system.ts';

const root = join(import.meta.dirname, '../..');
const contacts = '/api/v1/contacts';
const memberships = '/api/v1/contact-chapters';
const patient = { timeoutMs: 15_000 };

let running: ReturnType<typeof startTestSystem> | undefined;
afterAll(async () => {
  await (await running)?.stop();
});

/** Works with the whole system, with its events over the broker; all tests here share one. */
async function withSystem(
  url: string,
  work: (api: Client, system: Awaited<ReturnType<typeof startTestSystem>>) => Promise<void>,
): Promise<void> {
  const system = await (running ??= startTestSystem({ AMQP_URL: url }));
  await work(createClient(system.url), system);
}

async function create(api: Client, first_name: string): Promise<string> {
  const form = { first_name, last_name: 'Kanin', email: 'k@example.no', chapter_affiliations: ['ch-rabbit'] };
  const { status, body } = await api.post(`${contacts}?context=edit`, form);
  expect(status).toBe(201);
  return body.contact_id;
}

/** A contact from the edit form is everywhere. */
async function isEverywhere(api: Client, id: string): Promise<void> {
  await waitFor(async () => (await api.get(`${contacts}/${id}`)).status === 200, patient);
  await waitFor(async () => {
    const { body } = await api.get(`${memberships}/by-chapter/ch-rabbit?limit=100`);
    return body.data.find((m: Record<string, unknown>) => m.contact_id === id)?.contact_name;
  }, patient);
}

/** What somebody publishes who does not keep to the catalogue. */
async function publishRaw(url: string, routingKey: string, content: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  channel.publish('contacts.events', routingKey, Buffer.from(content), { messageId: 'raw-1', type: routingKey });
  await channel.waitForConfirms();
  await connection.close();
}

/** A program of the house, as a person runs it, while the services of this process go on. */
async function run(program: string, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [join(root, program), ...args], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status: status as unknown, stdout, stderr };
}

await testOnBroker(({ test, testWithControl }) => {
  test('when events go over RabbitMQ, then changes reach every service, and a deletion leaves nothing', (broker) =>
    withSystem(broker.url, async (api, system) => {
      const id = await create(api, 'Mykje');
      await isEverywhere(api, id);
      await api.delete(`${contacts}/${id}`);
      await waitFor(async () => (await system.rowsContaining('Mykje')).length === 0, patient);
      expectProblem(await api.get(`${contacts}/${id}?context=edit`), 404);
      await waitFor(async () => (await system.countOutbox()) === 0, patient);
    }));

  test('when copies missed what happened, then a resync of the owner heals them', (broker) =>
    withSystem(broker.url, async (api, system) => {
      const id = await create(api, 'Vekke');
      await isEverywhere(api, id);
      // As if the service had begun anew, with an empty table.
      await system.query('multi-chapter-membership', 'TRUNCATE contacts, memberships CASCADE');
      const settings = { AMQP_URL: broker.url, INTERNAL_TOKEN: 'a-token-only-for-tests', LOG_LEVEL: 'silent' };
      const { status, stdout } = await run(
        'services/contact-repository/src/resync.ts',
        ['--queue', 'multi-chapter-membership'],
        { ...settings, DATABASE_URL: system.databases['contact-repository'] },
      );
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: expect.stringMatching(/^Published \d+ contacts again\.\n$/),
      });
      const owner = 'SELECT id, full_name, name_stamp, org_id, deleted_stamp FROM contacts ORDER BY id';
      const copy =
        "SELECT id, coalesce(full_name, '') AS full_name, name_stamp, coalesce(org_id, '') AS org_id, deleted_stamp FROM contacts ORDER BY id";
      await waitFor(async () => {
        expect(await system.query('multi-chapter-membership', copy)).toEqual(
          await system.query('contact-repository', owner),
        );
        return true;
      }, patient);
    }));

  testWithControl(
    'when the broker is away, then writes go on, readiness says degraded, and all arrives when it is back',
    (broker, control) =>
      withSystem(broker.url, async (api, system) => {
        const known = await create(api, 'Fyrst');
        await isEverywhere(api, known);
        await control.stop();
        const ids = [await create(api, 'Ein'), await create(api, 'To')];
        expect((await api.put(`${contacts}/c-00123?context=edit`, { phone: null })).status).toBe(200);
        // Two add different chapters, one in each service, and neither hears of the other.
        await api.post(memberships, { contact_id: known, chapter_id: 'ch-here' });
        await api.put(`${contacts}/${known}/chapter-affiliations`, { chapter_ids: ['ch-rabbit', 'ch-there'] });
        expect(await system.countOutbox()).toBeGreaterThanOrEqual(2);
        const service = createClient(system.services['contact-edit']);
        const { status, body } = await service.get('/readyz');
        expect({ status, body }).toMatchObject({
          status: 200,
          body: { status: 'degraded', checks: { broker: 'unavailable' } },
        });
        expect((await service.get('/metrics')).body).toMatch(/kontakt_outbox_events\{state="waiting"\} [1-9]/);
        expect((await api.get('/readyz')).status).toBe(200);

        await control.start();
        for (const id of ids) await isEverywhere(api, id);
        const both = ['ch-here', 'ch-rabbit', 'ch-there'];
        await waitFor(async () => {
          const form = (await api.get(`${contacts}/${known}?context=edit`)).body;
          const { data } = (await api.get(`${memberships}/by-contact/${known}`)).body;
          expect(form.chapter_affiliations.toSorted()).toEqual(both);
          expect(data.map((m: Record<string, unknown>) => m.chapter_id).toSorted()).toEqual(both);
          return true;
        }, patient);
        await waitFor(async () => (await system.countOutbox()) === 0, patient);
        await waitFor(async () => (await service.get('/readyz')).body.status === 'ready', patient);
      }),
  );

  test('when a message cannot be read, then it is a dead letter with its reason, to be looked at, replayed or dropped', (broker) =>
    withSystem(broker.url, async (api) => {
      await publishRaw(broker.url, 'contact.updated.v1', '{"specversion":"1.0","nonsense":true}');
      const letters = (...args: string[]) =>
        run('packages/messaging/src/dead-letters.ts', args, { AMQP_URL: broker.url });
      const isListed = async () => {
        const { stdout } = await letters('contact-edit', 'list');
        expect(stdout).toMatch(/^raw-1 {2}contact.updated.v1 {2}unknown {2}UnreadableEventError: .*\n$/);
        return true;
      };
      await waitFor(isListed, patient);
      await isListed();
      expect(await letters('contact-edit', 'replay')).toMatchObject({ status: 0 });
      await waitFor(isListed, patient);
      expect(await letters('contact-edit', 'drop')).toMatchObject({ status: 0 });
      expect(await letters('contact-edit', 'list')).toMatchObject({ status: 0, stdout: '' });
      expect(await letters('contact-edit', 'burn')).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('list|replay|drop'),
      });
      await isEverywhere(api, await create(api, 'Likevel'));
      expect(await letters('multi-chapter-membership', 'drop')).toMatchObject({ status: 0 });
    }));

  test('when a queue is gone, then its dead letters are not replayed into nothing, and a wrong name is said so', async (broker) => {
    const letters = (...args: string[]) =>
      run('packages/messaging/src/dead-letters.ts', args, { AMQP_URL: broker.url });
    const connection = await connect(broker.url);
    const channel = await connection.createConfirmChannel();
    const name = 'dead-letters-of-nobody';
    await channel.assertQueue(`${name}.dead-letters`, { durable: true });
    channel.sendToQueue(`${name}.dead-letters`, Buffer.from('{"subject":"c-1"}'), { messageId: 'raw-2', type: 't.v1' });
    await channel.waitForConfirms();
    expect((await letters(name, 'list')).stdout).toMatch(/^raw-2 {2}t\.v1 {2}c-1 {2}/);
    const stderr = expect.stringContaining(`no queue ${name}`);
    expect(await letters(name, 'replay')).toMatchObject({ status: 1, stderr });
    expect((await letters(name, 'list')).stdout).toMatch(/^raw-2/);
    const mistyped = await letters('mistyped', 'list');
    expect(mistyped).toMatchObject({ status: 1, stderr: expect.stringMatching(/no queue.*\.\n$/) });
    await channel.deleteQueue(`${name}.dead-letters`);
    await connection.close();
  });
});
