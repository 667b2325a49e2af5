import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  blankContact,
  changeContact,
  deleteContact,
  formatStamp,
  joinName,
  type ContactState,
} from '@kontakt/convergence';
import { expectProblem } from '@kontakt/testing';
import { internalToken, newContact, path, startApp, startOtherService } from './start-app.ts';

type Answer = { status: number; body?: unknown } | 'silence';

let app: Awaited<ReturnType<typeof startApp>>;
let repository: Awaited<ReturnType<typeof startOtherService>>;
let membership: Awaited<ReturnType<typeof startOtherService>>;
let contactAnswer: Answer;
let membershipsAnswer: Answer;
const asked: { url: string | undefined; authorization: string | undefined }[] = [];

beforeAll(async () => {
  const answering = (answer: () => Answer) =>
    startOtherService((req, res) => {
      asked.push({ url: req.url, authorization: req.headers.authorization });
      const given = answer();
      if (given === 'silence') return;
      res.writeHead(given.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(given.body ?? {}));
    });
  repository = await answering(() => contactAnswer);
  membership = await answering(() => membershipsAnswer);
  app = await startApp({ contactRepositoryUrl: repository.url, multiChapterMembershipUrl: membership.url });
});
afterAll(async () => {
  await app.stop();
  await repository.stop();
  await membership.stop();
});
beforeEach(() => {
  contactAnswer = { status: 200, body: { contact: null } };
  membershipsAnswer = { status: 200, body: { memberships: [] } };
  asked.length = 0;
});

const refresh = (id: string) => app.api.post(`${path}/${id}/refresh`);
const stamp = (secondsFromNow: number) =>
  formatStamp({ time: Date.now() + secondsFromNow * 1000, counter: 0, node: 'cr.other' });

function knownElsewhere(name: [string, string], at: string): ContactState {
  return changeContact(
    blankContact,
    { ...joinName(...name), email: 'other@example.no', orgId: 'org_o', role: 'board' },
    at,
  );
}

async function create(given: Record<string, unknown> = {}): Promise<string> {
  return (await app.api.post(path, newContact(given))).body.contact_id;
}

test('when the others know nothing newer, then the answer is what is here', async () => {
  const id = await create({
    first_name: 'Ingrid',
    last_name: 'Solberg',
    phone: '912 34 567',
    chapter_affiliations: ['ch-01'],
  });
  const { status, body } = await refresh(id);
  expect(status).toBe(200);
  expect(body).toEqual({
    contact_id: id,
    first_name: 'Ingrid',
    last_name: 'Solberg',
    email: expect.stringContaining('@'),
    phone: '912 34 567',
    chapter_affiliations: ['ch-01'],
    assignment_status: 'assigned',
    refreshed_at: expect.stringMatching(/Z$/),
  });
});

test('when it asks, then each service once, with the credential of the services', async () => {
  const id = await create();
  await refresh(id);
  expect(asked.map(({ url }) => url).sort()).toEqual([
    `/internal/contacts/${id}`,
    `/internal/contacts/${id}/memberships`,
  ]);
  expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${internalToken}`]));
});

test('when another service has a newer name, then it is taken, stored and answered', async () => {
  const id = await create({ first_name: 'Old', last_name: 'Name', phone: '912 34 567' });
  contactAnswer = { status: 200, body: { contact: knownElsewhere(['New', 'Name'], stamp(1)) } };
  expect((await refresh(id)).body).toMatchObject({ first_name: 'New', email: 'other@example.no', phone: '912 34 567' });
  expect((await app.api.get(`${path}/${id}`)).body).toMatchObject({ first_name: 'New' });
});

test('when another service has an older name, then ours stays', async () => {
  const id = await create({ first_name: 'Ours', last_name: 'Name' });
  contactAnswer = { status: 200, body: { contact: knownElsewhere(['Theirs', 'Name'], stamp(-3600)) } };
  expect((await refresh(id)).body).toMatchObject({ first_name: 'Ours' });
});

test('when something was taken over, then a later change here is later than it', async () => {
  const id = await create({ first_name: 'Old', last_name: 'Name' });
  contactAnswer = { status: 200, body: { contact: knownElsewhere(['New', 'Name'], stamp(30)) } };
  await refresh(id);
  await app.api.put(`${path}/${id}`, { first_name: 'Newest' });
  expect((await refresh(id)).body.first_name).toBe('Newest');
});

test('when memberships changed elsewhere, then affiliations and assignment follow', async () => {
  const id = await create({ chapter_affiliations: ['ch-01'] });
  const register = { joinedAt: '2025-01-01T00:00:00.000Z', stamp: stamp(50) };
  membershipsAnswer = {
    status: 200,
    body: {
      memberships: [
        { chapterId: 'ch-01', status: 'removed', ...register },
        { chapterId: 'ch-09', status: 'active', ...register },
      ],
    },
  };
  expect((await refresh(id)).body).toMatchObject({ chapter_affiliations: ['ch-09'], assignment_status: 'assigned' });
  const later = { ...register, stamp: stamp(51) };
  membershipsAnswer = { status: 200, body: { memberships: [{ chapterId: 'ch-09', status: 'inactive', ...later }] } };
  expect((await refresh(id)).body).toMatchObject({ chapter_affiliations: [], assignment_status: 'unassigned' });
});

test('when the contact is only known elsewhere, then it is taken over', async () => {
  const createdAt = '2026-01-10T11:04:00.000Z';
  contactAnswer = { status: 200, body: { contact: { ...knownElsewhere(['Ane', 'Berg'], stamp(-10)), createdAt } } };
  expect((await refresh('usr_elsewhere')).body).toMatchObject({ first_name: 'Ane', phone: null });
  expect((await app.api.get(`${path}/usr_elsewhere`)).body).toMatchObject({ last_name: 'Berg' });
  const stored = await app.db.prisma.contact.findUniqueOrThrow({ where: { id: 'usr_elsewhere' } });
  expect(stored.createdAt).toEqual(new Date(createdAt));
});

test('when nobody knows the contact, then 404 and nothing is stored', async () => {
  expectProblem(await refresh('c-nobody'), 404);
  expect(await app.db.prisma.contact.count({ where: { id: 'c-nobody' } })).toBe(0);
});

test('when it was deleted elsewhere, then it is deleted here, and 404', async () => {
  const id = await create({ first_name: 'Gone', phone: '912 34 567', chapter_affiliations: ['ch-01'] });
  contactAnswer = { status: 200, body: { contact: deleteContact(stamp(1)) } };
  expectProblem(await refresh(id), 404);
  expectProblem(await app.api.get(`${path}/${id}`), 404);
  expect(await app.db.prisma.contact.findUniqueOrThrow({ where: { id } })).toMatchObject({
    firstName: '',
    phone: null,
  });
});

describe('when a service cannot be asked, then 503 names it and nothing changes', () => {
  test.each<[string, Answer]>([
    ['an error', { status: 500 }],
    ['a refusal of the credential', { status: 401 }],
    ['nonsense', { status: 200, body: { memberships: 'many' } }],
    ['a contact that is none', { status: 200, body: { contact: { firstName: 'x' } } }],
    ['a wrong address', { status: 404 }],
    ['a stamp a day ahead', { status: 200, body: { contact: knownElsewhere(['From', 'Tomorrow'], stamp(86_400)) } }],
    ['nothing at all', 'silence'],
  ])('%s', async (_what, answer) => {
    const id = await create({ first_name: 'Safe' });
    contactAnswer = answer;
    const { body, headers } = expectProblem(await refresh(id), 503);
    expect(body.detail).toContain('Contact Repository');
    expect(headers.get('retry-after')).toBe('1');
    expect((await app.api.get(`${path}/${id}`)).body.first_name).toBe('Safe');
  });

  test('the other one', async () => {
    const id = await create();
    membershipsAnswer = { status: 503 };
    expect(expectProblem(await refresh(id), 503).body.detail).toContain('Multi-Chapter Membership');
  });
});

test('when a body is sent, then it must be empty', async () => {
  const id = await create();
  expect((await app.api.post(`${path}/${id}/refresh`, {})).status).toBe(200);
  expectProblem(await app.api.post(`${path}/${id}/refresh`, { first_name: 'x' }), 400);
});
