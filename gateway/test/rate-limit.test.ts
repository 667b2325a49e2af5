import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startIssuer, testAudience } from '@kontakt/testing';
import { json, startTestGateway, type Gateway } from './gateway.ts';
import { createRecordedLog } from './recorded-log.ts';

const contacts = '/api/v1/contacts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    rateLimit: { perMinute: 3, store: undefined },
    trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'],
    corsOrigins: ['https://app.example'],
  });
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

/** As a client whom a trusted proxy has seen at this address. */
const askFrom = (address: string) => gateway.send('GET', contacts, { 'X-Forwarded-For': address });

async function spend(address: string) {
  for (const left of [2, 1, 0]) {
    const { status, headers } = await askFrom(address);
    expect(status).toBe(200);
    expect(headers.ratelimit).toMatch(new RegExp(`^"3-in-1min"; r=${left}; t=\\d+$`));
  }
}

describe('a client that asks too much', () => {
  test('when it has asked as often as it may, then it gets a 429 and is told when to come back', async () => {
    await spend('192.0.2.1');
    const answer = await askFrom('192.0.2.1');
    expect(answer.status).toBe(429);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      ratelimit: expect.stringMatching(/^"3-in-1min"; r=0; t=(?:59|60)$/),
      'ratelimit-policy': expect.stringMatching(/^"3-in-1min"; q=3; w=60; pk=:[\w+/=]+:$/),
      'retry-after': expect.stringMatching(/^(?:59|60)$/),
    });
    expect(json(answer)).toMatchObject({ type: 'urn:kontakt:problem:too-many-requests', status: 429 });
    expect(gateway.received()).toHaveLength(3);
  });

  test('when it has, then others and the probes of health are answered all the same', async () => {
    await spend('192.0.2.2');
    expect((await askFrom('192.0.2.3')).status).toBe(200);
    for (let i = 0; i < 5; i++) {
      const probe = await gateway.send('GET', '/livez', { 'X-Forwarded-For': '192.0.2.2' });
      expect(probe).toMatchObject({
        status: 200,
        headers: expect.not.objectContaining({ ratelimit: expect.anything() }),
      });
    }
  });

  test('when it is a page of another origin, then it can read that it was refused', async () => {
    await spend('192.0.2.4');
    const { status, headers } = await gateway.send('GET', contacts, {
      'X-Forwarded-For': '192.0.2.4',
      Origin: 'https://app.example',
    });
    expect(status).toBe(429);
    expect(headers['access-control-allow-origin']).toBe('https://app.example');
    expect(headers['access-control-expose-headers']).toMatch(/RateLimit, RateLimit-Policy, Retry-After/);
  });
});

describe('who a client is', () => {
  test.each([
    ['says that it forwards for another', '203.0.113.1, 192.0.2.10', '203.0.113.2, 192.0.2.10'],
    ['stands before two trusted proxies', '192.0.2.11, 10.1.2.3', '192.0.2.11, 10.4.5.6'],
    ['comes from different ports', '192.0.2.12:1000', '192.0.2.12:2000'],
    ['has many addresses of one /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff::2'],
    ['has many ports and addresses of one /64', '[2001:db8:1:3::1]:1000', '[2001:db8:1:3::2]:2000'],
    ['is a trusted proxy itself', '10.0.0.1, 10.0.0.2', '10.0.0.1, 10.0.0.3'],
    ['stands behind what is no address', 'unknown, 192.0.2.13', '_hidden, 192.0.2.13'],
    ['is no address, and a trusted proxy says so', '192.0.2.14, unknown, 10.0.0.4', '192.0.2.15, unknown, 10.0.0.4'],
  ])('when it %s, then it is one', async (_what, one, other) => {
    await spend(one);
    expect((await askFrom(other)).status).toBe(429);
  });

  test('when addresses are of two /64, then they are two clients', async () => {
    await spend('2001:db8:1:4::1');
    expect((await askFrom('2001:db8:1:5::1')).status).toBe(200);
  });

  test('when it stands behind what is no address, then it is another than who stands there alike', async () => {
    await spend('unknown, 192.0.2.16');
    expect((await askFrom('unknown, 192.0.2.17')).status).toBe(200);
  });

  test('when there is no trusted proxy, then what a client says of itself does not count', async () => {
    const open = await startTestGateway({ rateLimit: { perMinute: 1, store: undefined } });
    const ask = (address: string) =>
      open.send('GET', contacts, { 'X-Forwarded-For': address, 'Internal-Subject': address });
    expect((await ask('192.0.2.1')).status).toBe(200);
    expect((await ask('192.0.2.2')).status).toBe(429);
    await open.stop();
  });
});

test.each([
  ['is answered', 'GET', contacts],
  ['is refused by its route', 'GET', `${contacts}?context=other`],
  ['is for a page', 'GET', '/docs'],
  ['has an unknown method', 'PATCH', contacts],
  ['has an unknown path', 'GET', '/api/v1/nothing'],
  ['has an ambiguous path', 'GET', '/api//v1'],
])('when a request %s, then it is counted, and once', async (_what, method, path) => {
  const fresh = await startTestGateway({ rateLimit: { perMinute: 3, store: undefined } });
  const left = async () => (await fresh.send(method, path)).headers.ratelimit?.toString().split('; ')[1];
  expect([await left(), await left(), await left()]).toEqual(['r=2', 'r=1', 'r=0']);
  expect((await fresh.send(method, path)).status).toBe(429);
  await fresh.stop();
});

test('when requests are refused since their tokens are bad, then they are counted, by address', async () => {
  const issuer = await startIssuer();
  const { lines, log } = createRecordedLog('info');
  const strict = await startTestGateway({
    log,
    rateLimit: { perMinute: 3, store: undefined },
    authentication: {
      issuer: issuer.issuer,
      audience: testAudience,
      organisationClaim: 'org_id',
      chaptersClaim: 'chapters',
    },
  });
  const ask = async (token: string) =>
    (await strict.send('GET', contacts, { Authorization: `Bearer ${token}` })).status;
  const token = await issuer.token({ org_id: 'org_abc123', scope: 'contacts:read' });
  expect([await ask('a'), await ask('b'), await ask('c'), await ask('d')]).toEqual([401, 401, 401, 429]);
  // Whoever shares the address and has a token is another client.
  expect(await ask(token)).toBe(200);
  await strict.stop();
  await issuer.stop();
  expect(lines.map(({ status, route }) => [status, route])).toEqual(
    [401, 401, 401, 429, 200].map((status) => [status, contacts]),
  );
});
