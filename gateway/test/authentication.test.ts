import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startIssuer, testAudience } from '@kontakt/testing';
import { json, startTestGateway, type Answer, type Gateway } from './gateway.ts';

const path = '/api/v1/contacts/c-00123';
const member = { org_id: 'org_abc123', scope: 'contacts:read memberships:read' };

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let gateway: Gateway;

const by = (issuer: string) => ({
  issuer,
  audience: testAudience,
  organisationClaim: 'org_id',
  chaptersClaim: 'chapters',
  cooldownMs: 0,
});

beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startTestGateway({ authentication: by(issuer.issuer) });
});
afterEach(() => {
  gateway.reset();
  issuer.configure();
  issuer.answerKeyRequests();
});
afterAll(async () => {
  await gateway.stop();
  await issuer.stop();
});

const get = (token?: string, headers: Record<string, string> = {}): Promise<Answer> =>
  gateway.send('GET', path, { ...headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) });

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

test('when a token is good, then the service is told what it allows, and does not see the token', async () => {
  const token = await issuer.token({ ...member, sub: 'Åse|42', chapters: ['ch-01'] });
  expect((await get(token, { 'Internal-Access': 'forged', 'Internal-Subject': 'forged' })).status).toBe(200);
  const headers = gateway.contactRepository.received[0]?.headers;
  expect(headers?.authorization).toBeUndefined();
  expect(headers?.['internal-subject']).toBe(encodeURIComponent('Åse|42'));
  expect(JSON.parse(Buffer.from(String(headers?.['internal-access']), 'base64url').toString())).toEqual({
    subject: 'Åse|42',
    scopes: ['contacts:read', 'memberships:read'],
    organisation: 'org_abc123',
    chapters: ['ch-01'],
  });
});

test.each([
  ['none', () => undefined, 'unauthorized'],
  ['an expired one', () => issuer.token({ ...member, exp: Math.floor(Date.now() / 1000) - 60 }), 'invalid-token'],
  [
    'one that is not valid yet',
    () => issuer.token({ ...member, nbf: Math.floor(Date.now() / 1000) + 600 }),
    'invalid-token',
  ],
  ['one of another issuer', () => issuer.token({ ...member, iss: 'https://elsewhere.example' }), 'invalid-token'],
  ['one for another API', () => issuer.token({ ...member, aud: 'another' }), 'invalid-token'],
  ['one without an end', () => issuer.token({ ...member, exp: undefined }), 'invalid-token'],
  ['one of nobody', () => issuer.token({ ...member, sub: undefined }), 'invalid-token'],
  ['one with alg none', async () => unsigned(await issuer.token(member)), 'invalid-token'],
  [
    'one signed by HS256 with the public key',
    async () => withPublicKeyAsSecret(await issuer.token(member)),
    'invalid-token',
  ],
  ['one with other claims than were signed', async () => tampered(await issuer.token(member)), 'invalid-token'],
  ['nonsense', () => 'a.b.c', 'invalid-token'],
  ['a very long one', () => 'x'.repeat(8_000), 'invalid-token'],
])('when the token is %s, then it is a 401 that says so, and no service hears of it', async (_kind, make, code) => {
  const answer = await get(await make());
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="kontakt"/);
  expect(json(answer)).toMatchObject({ type: `urn:kontakt:problem:${code}`, status: 401 });
  expect(gateway.received()).toEqual([]);
});

test.each([
  ['Basic', 'Basic c29tZWJvZHk6c2VjcmV0'],
  ['two', 'Bearer a.b.c d.e.f'],
  ['without a scheme', 'a.b.c'],
])('when Authorization is %s, then it is a 401', async (_kind, authorization) => {
  expect((await get(undefined, { Authorization: authorization })).status).toBe(401);
});

test.each([
  ['no organisation', 'org_id', { org_id: undefined }],
  ['an organisation that is none', 'org_id', { org_id: 'org with spaces' }],
  ['several organisations', 'org_id', { org_id: ['org_abc123', 'org_other'] }],
  ['chapters that are no list', 'chapters', { chapters: 'ch-01' }],
  ['a subject of 300 characters', 'sub', { sub: 'x'.repeat(300) }],
  ['a subject that is no text', 'sub', { sub: 42 }],
])('when a good token names %s, then it is a 403 that names the claim %s', async (_kind, claim, claims) => {
  const answer = await get(await issuer.token({ ...member, ...claims }));
  expect(answer.status).toBe(403);
  expect(json(answer)).toMatchObject({
    type: 'urn:kontakt:problem:unusable-token',
    detail: expect.stringContaining(`claim ${claim} `),
  });
  expect(gateway.received()).toEqual([]);
});

test.each([
  ['contacts:read  memberships:read', ['contacts:read', 'memberships:read']],
  [' contacts:read ', ['contacts:read']],
  [' ', []],
  ['', []],
  [undefined, []],
])('when the scopes are %j, then the service is told of %j', async (scope, scopes) => {
  expect((await get(await issuer.token({ ...member, scope }))).status).toBe(200);
  const access = String(gateway.contactRepository.received[0]?.headers['internal-access']);
  expect(JSON.parse(Buffer.from(access, 'base64url').toString())).toMatchObject({ scopes });
});

test('when a path or a method is unknown, or readiness is asked for, then nobody needs a token to hear that', async () => {
  expect((await gateway.send('GET', '/api/v1/nothing')).status).toBe(404);
  expect((await gateway.send('PATCH', path)).status).toBe(405);
  expect((await gateway.send('GET', '/livez')).status).toBe(200);
});

test('when the issuer signs with a new key, then its tokens are good at once, and keys are asked for only then', async () => {
  expect((await get(await issuer.token(member))).status).toBe(200);
  const before = issuer.keyRequests();
  for (let i = 0; i < 5; i++) expect((await get(await issuer.token(member))).status).toBe(200);
  expect(issuer.keyRequests()).toBe(before);
  await issuer.rotate();
  expect((await get(await issuer.token(member))).status).toBe(200);
  expect(issuer.keyRequests()).toBe(before + 1);
});

describe('an issuer that cannot be asked', () => {
  test.each([
    ['is a failure', { status: 500, body: '{}' }],
    ['is a page', { status: 200, body: '<!doctype html>' }],
    ['are no keys', { status: 200, body: '{}' }],
  ])(
    'when what comes for its keys %s, then a token with a new key is a 503 until they are there',
    async (_what, as) => {
      expect((await get(await issuer.token(member))).status).toBe(200);
      await issuer.rotate();
      issuer.answerKeyRequests(as);
      const answer = await get(await issuer.token(member));
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      expect(json(answer).type).toBe('urn:kontakt:problem:authentication-unavailable');
      issuer.answerKeyRequests();
      expect((await get(await issuer.token(member))).status).toBe(200);
    },
  );

  test('when its configuration names another issuer, then that is not followed: a 503 until it is right', async () => {
    const fresh = await startTestGateway({ authentication: by(issuer.issuer) });
    const headers = { Authorization: `Bearer ${await issuer.token(member)}` };
    const before = issuer.keyRequests();
    issuer.configure({ issuer: 'https://elsewhere.example' });
    expect((await fresh.send('GET', path, headers)).status).toBe(503);
    expect(issuer.keyRequests()).toBe(before);
    issuer.configure();
    expect((await fresh.send('GET', path, headers)).status).toBe(200);
    await fresh.stop();
  });

  test('when it is on https and says that its keys are not, then they are not asked for there', async () => {
    const said = { issuer: 'https://issuer.example', jwks_uri: 'http://issuer.example/jwks' };
    const asked = jest.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json(said)));
    const fresh = await startTestGateway({ authentication: by(said.issuer) });
    const headers = { Authorization: `Bearer ${await issuer.token({ ...member, iss: said.issuer })}` };
    expect((await fresh.send('GET', path, headers)).status).toBe(503);
    expect(asked.mock.calls.map(([url]) => url)).toEqual([`${said.issuer}/.well-known/openid-configuration`]);
    asked.mockRestore();
    await fresh.stop();
  });
});

test('when the issuer is away, then known keys still do, and a start without it is a 503 until it is back', async () => {
  const fresh = await startTestGateway({ authentication: by(issuer.issuer) });
  const headers = { Authorization: `Bearer ${await issuer.token(member)}` };
  issuer.setDown(true);
  const away = await fresh.send('GET', path, headers);
  expect(away.status).toBe(503);
  expect(away.headers['retry-after']).toBe('5');
  expect(away.body).not.toContain(new URL(issuer.issuer).port);
  expect((await gateway.send('GET', path, headers)).status).toBe(200);
  issuer.setDown(false);
  expect((await fresh.send('GET', path, headers)).status).toBe(200);
  await fresh.stop();
});

test('when authentication is off, then nobody needs a token, and no token goes on to a service', async () => {
  const open = await startTestGateway();
  expect((await open.send('GET', path, { Authorization: 'Bearer secret' })).status).toBe(200);
  expect(open.contactRepository.received[0]?.headers.authorization).toBeUndefined();
  expect(open.contactRepository.received[0]?.headers['internal-access']).toBeUndefined();
  await open.stop();
});

function unsigned(token: string): string {
  return `${base64url({ alg: 'none' })}.${token.split('.')[1] ?? ''}.`;
}

async function withPublicKeyAsSecret(token: string): Promise<string> {
  const { createHmac } = await import('node:crypto');
  const { kid } = issuer.publicKey();
  const signed = `${base64url({ alg: 'HS256', kid })}.${token.split('.')[1] ?? ''}`;
  const signature = createHmac('sha256', JSON.stringify(issuer.publicKey())).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

function tampered(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims: object = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return `${header}.${base64url({ ...claims, org_id: 'org_other' })}.${signature}`;
}
