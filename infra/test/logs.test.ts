import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, createTestDatabase, waitFor, type Client, type TestDatabase } from '@kontakt/testing';

const contacts = '/api/v1/contacts';
const memberships = '/api/v1/contact-chapters';
const secret = 'Hemmelighet';

let databases: TestDatabase[];
let system: ChildProcess;
let api: Client;
let urls: { gateway: string; services: string[] };
let output = '';
beforeAll(async () => {
  databases = await Promise.all([
    createTestDatabase('contact-repository'),
    createTestDatabase('contact-edit'),
    createTestDatabase('multi-chapter-membership'),
  ]);
  const [contactRepository, contactEdit, membership] = databases;
  system = spawn(process.execPath, [join(import.meta.dirname, '../local/start.ts')], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'info',
      DEMO_DATA: 'off',
      DATABASE_URL_CONTACT_REPOSITORY: contactRepository?.url,
      DATABASE_URL_CONTACT_EDIT: contactEdit?.url,
      DATABASE_URL_MULTI_CHAPTER_MEMBERSHIP: membership?.url,
    },
  });
  let said = '';
  system.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  system.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const url = await waitFor(() => /is ready at (\S+)[^]*Stop/.exec(said)?.[1], { timeoutMs: 30_000 });
  urls = { gateway: url, services: /Alone +(.+)/.exec(said)?.[1]?.split(/ +/) ?? [] };
  api = createClient(url);
});
afterAll(async () => {
  system.kill('SIGKILL');
  await Promise.all(databases.map((database) => database.drop()));
});

const headers = {
  Authorization: `Bearer ${secret}`,
  Cookie: `session=${secret}`,
  'User-Agent': secret,
  'X-Request-Id': secret,
  'X-Forwarded-For': secret,
  'X-Forwarded-Host': secret,
  'Internal-Token': secret,
  Referer: `http://${secret}/`,
  traceparent: secret,
};
const form = {
  first_name: secret,
  last_name: secret,
  email: `${secret}@example.no`,
  phone: '912 34 567',
  address: secret,
};
const record = { full_name: secret, email: `${secret}@example.no`, role: 'member', org_id: secret };

/** Asks one program in every way in which something private can be in a request. */
async function sendSecrets(to: Client): Promise<string[]> {
  const ids = [
    (await to.post(contacts, record, headers)).body.id,
    (await to.post(`${contacts}?context=edit`, form, headers)).body.contact_id,
    (await to.post(memberships, { contact_id: secret, chapter_id: secret, chapter_name: secret }, headers)).body.id,
  ].filter((id) => id !== undefined);
  for (const path of [contacts, `${contacts}/search`, `${contacts}/${secret}`, `${memberships}/by-contact/${secret}`]) {
    await to.get(`${path}?q=${secret}&context=${secret}`, headers);
    await to.get(`${path}?q=${secret}`, headers);
  }
  for (const id of [...ids, secret]) {
    for (const query of ['', '?context=edit']) {
      await to.put(`${contacts}/${id}${query}`, { email: `${secret}.2@example.no`, [secret]: secret }, headers);
      await to.put(`${contacts}/${id}${query}`, { email: `${secret}.3@example.no` }, headers);
    }
    await to.get(`${contacts}/${id}`, { ...headers, 'Consistency-Token': secret });
    await to.post(`${contacts}/${id}/refresh`, undefined, headers);
    await to.delete(`${contacts}/${id}`, { ...headers, 'If-Match': secret });
    await to.delete(`${contacts}/${id}`, headers);
  }
  for (const rawBody of [
    `{"email":"${secret}`,
    secret,
    `"${secret}"`,
    JSON.stringify({ [secret]: secret.repeat(20_000) }),
  ]) {
    await to.send({ method: 'POST', path: contacts, headers, rawBody });
  }
  await to.post(contacts, record, { ...headers, 'Content-Type': `text/${secret}` });
  for (const path of [`/${secret}`, `/internal/contacts/${secret}`, `/${secret}/%ff`, `${contacts}/%ff${secret}`]) {
    await to.get(path, headers);
  }
  await to.get(`${contacts}?q=${secret.repeat(1_000)}`, headers);
  return ids;
}

async function sendUnreadable(url: string): Promise<void> {
  for (const bytes of [
    `${secret}\r\n\r\n`,
    `GET /${secret} HTTP/1.1\r\nHost: ${secret} ${secret}\r\n\r\n`,
    `GET /${secret} HTTP/1.1\r\nHost: h\r\nX-${secret}: ${secret.repeat(5_000)}\r\n\r\n`,
    `POST ${contacts} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: ${secret}\r\n\r\n${secret}`,
    `POST ${contacts} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${secret}`,
  ]) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(bytes);
    await text(socket);
  }
}

test('when requests hold secrets in every place, then no line of any log does, and each request has its line', async () => {
  const ids = await sendSecrets(api);
  expect(urls.services).toHaveLength(3);
  for (const url of urls.services) ids.push(...(await sendSecrets(createClient(url))));
  for (const url of [urls.gateway, ...urls.services]) await sendUnreadable(url);
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  await api.get(`${contacts}/${secret}`, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  system.kill('SIGTERM');
  await once(system, 'close');

  expect(ids.length).toBeGreaterThan(3);
  for (const text of [secret, ...ids, '912 34 567']) expect(output).not.toContain(text);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
  const oneRequest = {
    level: 'info',
    time: expect.any(String),
    request_id: traceId,
    method: 'GET',
    route: `${contacts}/:id`,
    status: 404,
    duration_ms: expect.any(Number),
    bytes: expect.any(Number),
    subject: null,
    msg: 'request completed',
  };
  const found = lines.filter(({ request_id }) => request_id === traceId);
  expect(found).toHaveLength(2);
  expect(found).toEqual(
    expect.arrayContaining([
      { ...oneRequest, service: 'gateway' },
      { ...oneRequest, service: 'contact-repository' },
    ]),
  );
  const refused = lines.filter(({ msg }) => msg === 'request refused');
  expect(new Set(refused.map(({ service }) => service)).size).toBe(4);
});
