import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createClient,
  expectProblem,
  startIssuer,
  testAudience,
  waitFor,
  type Answer,
  type Client,
} from '@kontakt/testing';
import { chapterKey } from '@kontakt/service-kit';
import { startTestSystem } from './start-test-system.ts';

const contacts = '/api/v1/contacts';
const memberships = '/api/v1/contact-chapters';
const everything = 'contacts:read contacts:write memberships:read memberships:write';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let system: Awaited<ReturnType<typeof startTestSystem>>;
let api: Client;
/** What belongs to org-a: a peer mentor in no chapter, and a contact in ch-a; ch-b is org-b's, ch-both both's. */
const ids = { mentor: '', profile: '', form: '', membership: '', ofB: '' };

beforeAll(async () => {
  issuer = await startIssuer();
  system = await startTestSystem({ AUTH: 'jwt', AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: testAudience });
  api = createClient(system.url);
  const a = await as({ org_id: 'org-a', scope: everything });
  const b = await as({ org_id: 'org-b', scope: everything });

  ids.mentor = (await api.post(contacts, mentor('org-a'), a)).body.id;
  ids.form = (await api.post(`${contacts}?context=edit`, form('ch-a', 'ch-both'), a)).body.contact_id;
  ids.ofB = (await api.post(`${contacts}?context=edit`, form('ch-b', 'ch-both'), b)).body.contact_id;
  await waitFor(async () => (await api.get(`${contacts}/${ids.mentor}?context=edit`, a)).status === 200);
  await waitFor(async () => (await api.get(`${contacts}/${ids.form}`, a)).status === 200);
  const list = () => api.get(`${memberships}/by-contact/${ids.form}`, a);
  ids.membership = await waitFor(async () => {
    const { data } = (await list()).body;
    return data.length === 2 && data.find((m: { chapter_id: string }) => m.chapter_id === 'ch-a').id;
  });
  await waitFor(async () => (await api.get(`${memberships}/by-chapter/ch-b`, b)).body.data.length === 1);
  ids.profile = (await api.get(`${contacts}/peer-mentors`, a)).body.data[0].id;
});
afterAll(async () => {
  await system.stop();
  await issuer.stop();
});

function mentor(orgId: string) {
  return { full_name: 'Synne Mentor', email: 'synne@example.no', role: 'peer_mentor', org_id: orgId };
}

function form(...chapters: string[]) {
  return { first_name: 'Runa', last_name: 'Skjema', email: 'runa@example.no', chapter_affiliations: chapters };
}

async function as(claims: Record<string, unknown>): Promise<Record<string, string>> {
  return { Authorization: `Bearer ${await issuer.token(claims)}` };
}

interface Endpoint {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  path: () => string;
  body?: () => object;
  /** What another organisation's token meets here: it does not see the record, may not put one there, or sees none. */
  forOthers: 404 | 403 | 'empty';
}

/** All 23, with records of org-a; those that delete come last. */
const endpoints: Record<string, Endpoint> = {
  'list contacts': { method: 'GET', path: () => contacts, forOthers: 'empty' },
  'list contacts of one organisation': { method: 'GET', path: () => `${contacts}?org_id=org-a`, forOthers: 'empty' },
  'search contacts': { method: 'GET', path: () => `${contacts}/search?q=synne`, forOthers: 'empty' },
  'list peer mentors': { method: 'GET', path: () => `${contacts}/peer-mentors`, forOthers: 'empty' },
  'search peer mentors': { method: 'GET', path: () => `${contacts}/peer-mentors/search?q=synne`, forOthers: 'empty' },
  'get a peer mentor': { method: 'GET', path: () => `${contacts}/peer-mentors/${ids.profile}`, forOthers: 404 },
  'get a contact': { method: 'GET', path: () => `${contacts}/${ids.mentor}`, forOthers: 404 },
  'create a contact': { method: 'POST', path: () => contacts, body: () => mentor('org-a'), forOthers: 403 },
  'change a contact': {
    method: 'PUT',
    path: () => `${contacts}/${ids.mentor}`,
    body: () => ({ email: 'ny@example.no' }),
    forOthers: 404,
  },
  'list forms': { method: 'GET', path: () => `${contacts}?context=edit`, forOthers: 'empty' },
  'get a form': { method: 'GET', path: () => `${contacts}/${ids.form}?context=edit`, forOthers: 404 },
  'create with a form': {
    method: 'POST',
    path: () => `${contacts}?context=edit`,
    body: () => ({ ...form(), org_id: 'org-a' }),
    forOthers: 403,
  },
  'save a form': {
    method: 'PUT',
    path: () => `${contacts}/${ids.form}?context=edit`,
    body: () => ({ address: 'Storgata 1' }),
    forOthers: 404,
  },
  'set chapters': {
    method: 'PUT',
    path: () => `${contacts}/${ids.form}/chapter-affiliations`,
    body: () => ({ chapter_ids: ['ch-a', 'ch-both'] }),
    forOthers: 404,
  },
  refresh: { method: 'POST', path: () => `${contacts}/${ids.form}/refresh`, forOthers: 404 },
  'list memberships': { method: 'GET', path: () => memberships, forOthers: 'empty' },
  'get a membership': { method: 'GET', path: () => `${memberships}/${ids.membership}`, forOthers: 404 },
  'list chapters of a contact': {
    method: 'GET',
    path: () => `${memberships}/by-contact/${ids.form}`,
    forOthers: 'empty',
  },
  'list contacts of a chapter': { method: 'GET', path: () => `${memberships}/by-chapter/ch-a`, forOthers: 'empty' },
  'add a membership': {
    method: 'POST',
    path: () => memberships,
    body: () => ({ contact_id: ids.mentor, chapter_id: 'ch-new' }),
    forOthers: 404,
  },
  'change a membership': {
    method: 'PUT',
    path: () => `${memberships}/${ids.membership}`,
    body: () => ({ status: 'inactive' }),
    forOthers: 404,
  },
  'remove a membership': { method: 'DELETE', path: () => `${memberships}/${ids.membership}`, forOthers: 404 },
  'delete a contact': { method: 'DELETE', path: () => `${contacts}/${ids.mentor}`, forOthers: 404 },
  'delete with a form': { method: 'DELETE', path: () => `${contacts}/${ids.form}?context=edit`, forOthers: 404 },
};

async function send({ method, path, body }: Endpoint, headers: Record<string, string>): Promise<Answer> {
  return api.send({ method, path: path(), headers, ...(body && { rawBody: JSON.stringify(body()) }) });
}

const past = () => Math.floor(Date.now() / 1000) - 60;
const ofA = { org_id: 'org-a', scope: everything };

function withoutSignature(token: string): string {
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1] ?? ''}.`;
}

async function signedWithThePublicKey(): Promise<string> {
  const { createHmac } = await import('node:crypto');
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: issuer.publicKey().kid })).toString('base64url');
  const signed = `${header}.${(await issuer.token(ofA)).split('.')[1] ?? ''}`;
  return `${signed}.${createHmac('sha256', JSON.stringify(issuer.publicKey())).update(signed).digest('base64url')}`;
}

describe.each(Object.entries(endpoints))('%s', (_name, endpoint) => {
  const isRead = endpoint.method === 'GET';

  test.each<[string, () => Record<string, string> | Promise<Record<string, string>>]>([
    ['no token', () => ({})],
    ['an expired token', () => as({ ...ofA, exp: past() })],
    ['a token of another issuer', () => as({ ...ofA, iss: 'https://elsewhere.example' })],
    ['a token for another audience', () => as({ ...ofA, aud: 'elsewhere' })],
    ['a token with alg none', async () => ({ Authorization: `Bearer ${withoutSignature(await issuer.token(ofA))}` })],
    [
      'a token signed by HS256 with the public key',
      async () => ({
        Authorization: `Bearer ${await signedWithThePublicKey()}`,
      }),
    ],
    [
      'an access that the client made up',
      () => ({
        'Internal-Access': Buffer.from(
          JSON.stringify({ subject: 'x', scopes: everything.split(' '), organisation: 'org-a' }),
        ).toString('base64url'),
      }),
    ],
  ])('when it comes with %s, then it is a 401', async (_kind, headers) => {
    expectProblem(await send(endpoint, await headers()), 401);
  });

  test('when the token may only read, or only write, then the other is a 403', async () => {
    const other = isRead ? 'contacts:write memberships:write' : 'contacts:read memberships:read';
    expectProblem(await send(endpoint, await as({ ...ofA, scope: other })), 403);
    expectProblem(await send(endpoint, await as({ ...ofA, scope: '' })), 403);
  });

  test('when the token is of another organisation, then the record is not there', async () => {
    const answer = await send(endpoint, await as({ org_id: 'org-b', scope: everything }));
    if (endpoint.forOthers === 'empty') expectNothingOfA(answer);
    else expectProblem(answer, endpoint.forOthers);
  });

  test('when the token is for other chapters of the organisation, then the record is not there', async () => {
    const answer = await send(endpoint, await as({ ...ofA, chapters: ['ch-elsewhere'] }));
    if (isRead && endpoint.forOthers === 'empty') expectNothingOfA(answer);
    else expectProblem(answer, endpoint.forOthers === 404 ? 404 : 403);
  });
});

/** A list with its exact total: of all that there is, org-b has one contact in two chapters. */
function expectNothingOfA({ status, body }: Answer): void {
  expect(status).toBe(200);
  const seen = JSON.stringify(body.data);
  for (const id of [ids.mentor, ids.form, ids.membership, ids.profile]) expect(seen).not.toContain(id);
  expect(body.pagination.total).toBe(body.data.length);
  expect(body.data.length).toBeLessThanOrEqual(2);
}

describe('what a token of the organisation is for', () => {
  test('when a contact would come to another organisation, then it is a 403, in both services', async () => {
    const a = await as(ofA);
    expectProblem(await api.put(`${contacts}/${ids.mentor}`, { org_id: 'org-b' }, a), 403);
    expectProblem(await api.put(`${contacts}/${ids.form}?context=edit`, { org_id: 'org-b' }, a), 403);
  });

  test('when the form names no organisation, then the contact is of the token’s', async () => {
    const { body } = await api.post(`${contacts}?context=edit`, form('ch-a'), await as({ ...ofA, org_id: 'org-c' }));
    const seen = await waitFor(async () => {
      const answer = await api.get(`${contacts}/${body.contact_id}`, await as({ ...ofA, org_id: 'org-c' }));
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(seen.body.org_id).toBe('org-c');
  });

  test('when two clients choose one Idempotency-Key, then neither hears of the other', async () => {
    const key = { 'Idempotency-Key': 'the-same' };
    const ofB = await as({ org_id: 'org-b', scope: everything, sub: 'another' });
    const one = await api.post(contacts, mentor('org-a'), { ...(await as(ofA)), ...key });
    const other = await api.post(contacts, mentor('org-b'), { ...ofB, ...key });
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(one.body.id).not.toBe(other.body.id);
  });

  test('when one client acts for two organisations with one Idempotency-Key, then it creates in both', async () => {
    const key = { 'Idempotency-Key': 'of-two' };
    const one = await api.post(contacts, mentor('org-a'), { ...(await as(ofA)), ...key });
    const other = await api.post(contacts, mentor('org-b'), { ...(await as({ ...ofA, org_id: 'org-b' })), ...key });
    expect([one.status, other.status]).toEqual([201, 201]);
  });

  test('when a chapter has contacts of other organisations, then it keeps its name', async () => {
    const { body } = await api.post(contacts, mentor('org-a'), await as(ofA));
    const added = { contact_id: body.id, chapter_id: 'ch-both', chapter_name: 'Mine' };
    await waitFor(async () => {
      expectProblem(await api.post(memberships, added, await as(ofA)), 403);
      return true;
    });
  });
});

describe('what a coordinator sees', () => {
  const coordinator = () => as({ ...ofA, chapters: ['ch-a'] });

  test('when contacts and memberships are listed, then they are those of the chapter, with their exact total', async () => {
    const c = await coordinator();
    for (const path of [contacts, `${contacts}?context=edit`, `${contacts}/search?q=runa`]) {
      const { body } = await api.get(path, c);
      expect(body.pagination.total).toBe(body.data.length);
      expect(body.data.map((found: Record<string, unknown>) => found.id ?? found.contact_id)).toContain(ids.form);
      expect(JSON.stringify(body.data)).not.toContain(ids.mentor);
    }
    const { body } = await api.get(`${memberships}?limit=100`, c);
    expect(new Set(body.data.map((m: Record<string, unknown>) => m.chapter_id))).toEqual(new Set(['ch-a']));
  });

  test('when a form is read and its chapters are set, then other chapters are neither seen nor touched', async () => {
    const c = await coordinator();
    expect((await api.get(`${contacts}/${ids.form}?context=edit`, c)).body.chapter_affiliations).toEqual(['ch-a']);
    const path = `${contacts}/${ids.form}/chapter-affiliations`;
    expectProblem(await api.put(path, { chapter_ids: ['ch-a', 'ch-b'] }, c), 403);
    expect((await api.put(path, { chapter_ids: ['ch-a'] }, c)).body.chapter_affiliations).toEqual(['ch-a']);
    const { body } = await api.get(`${contacts}/${ids.form}?context=edit`, await as(ofA));
    expect(body.chapter_affiliations.toSorted()).toEqual(['ch-a', 'ch-both']);
  });

  test('when a Consistency-Token is given, then it names no other chapters', async () => {
    const c = await coordinator();
    const answers = [
      await api.put(`${contacts}/${ids.form}/chapter-affiliations`, { chapter_ids: ['ch-a'] }, c),
      await api.put(`${contacts}/${ids.form}?context=edit`, { address: 'Storgata 1' }, c),
      await api.post(`${contacts}/${ids.form}/refresh`, {}, c),
    ];
    for (const { status, headers } of answers) {
      expect(status).toBe(200);
      const [content = ''] = (headers.get('consistency-token') ?? '').split('.');
      const { m } = JSON.parse(Buffer.from(content, 'base64url').toString()) as { m: Record<string, string[]> };
      expect(Object.values(m).flat()).toEqual([chapterKey('ch-a')]);
    }
  });

  test('when a contact is in other chapters, too, then it is not deleted, in either service', async () => {
    const c = await coordinator();
    await waitFor(async () => (await api.get(`${contacts}/${ids.form}`, c)).status === 200);
    expectProblem(await api.delete(`${contacts}/${ids.form}?context=edit`, c), 403);
    expectProblem(await api.delete(`${contacts}/${ids.form}`, c), 403);
    expect((await api.get(`${contacts}/${ids.form}`, c)).status).toBe(200);
  });

  test('when a contact is created, then it must be in one of the chapters, and the form is the way', async () => {
    const c = await coordinator();
    expectProblem(await api.post(contacts, mentor('org-a'), c), 403);
    expectProblem(await api.post(`${contacts}?context=edit`, form(), c), 403);
    expectProblem(await api.post(`${contacts}?context=edit`, form('ch-both'), c), 403);
    const { status, body, headers } = await api.post(`${contacts}?context=edit`, form('ch-a'), c);
    expect(status).toBe(201);
    const after = { ...c, 'Consistency-Token': headers.get('consistency-token') ?? '' };
    expect((await api.get(`${contacts}/${body.contact_id}`, after)).status).toBe(200);
  });

  test('when a contact leaves the chapter, then it is no longer seen', async () => {
    const c = await coordinator();
    const { body } = await api.post(`${contacts}?context=edit`, form('ch-a'), c);
    const path = `${contacts}/${body.contact_id}`;
    await waitFor(async () => (await api.get(path, c)).status === 200);
    await api.put(`${path}/chapter-affiliations`, { chapter_ids: [] }, c);
    expectProblem(await api.get(`${path}?context=edit`, c), 404);
    await waitFor(async () => (await api.get(path, c)).status === 404);
  });
});

test('when a service is asked directly, then it answers nobody who does not come through the gateway', async () => {
  for (const [service, url] of Object.entries(system.services)) {
    const path = service === 'multi-chapter-membership' ? memberships : contacts;
    expectProblem(await createClient(url).get(path, await as(ofA)), 401);
  }
});

describe('in the end', () => {
  test.each(Object.entries(endpoints))('when the owner comes to "%s", then it is done', async (_name, endpoint) => {
    const answer = await waitFor(async () => {
      const answer = await send(endpoint, await as(ofA));
      expect(answer.status).toBeLessThan(300);
      return answer;
    });
    expect(answer.status).toBe(endpoint.method === 'POST' && endpoint.body ? 201 : 200);
  });
});
