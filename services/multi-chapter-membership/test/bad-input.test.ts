import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem, unreadableBodies, unusableIds, unusableQueries } from '@kontakt/testing';
import { newMembership, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
let id: string;
beforeAll(async () => {
  app = await startApp();
  id = (await app.api.post(path, newMembership())).body.id;
});
afterAll(() => app.stop());

const idFaults = ['', ' ', 7, null, [], {}, 'a b', 'a\u0000b', '\ud800', '🧡', '../x', 'a/b', 'x'.repeat(129)];

test.each([
  ...idFaults.map((value) => ['contact_id', value] as const),
  ...idFaults.map((value) => ['chapter_id', value] as const),
  ...['', ' ', 7, null, 'a\u0000b', '\ud800', 'x'.repeat(201)].map((value) => ['chapter_name', value] as const),
  ...([
    ['id', 'ccm-1'],
    ['status', 'active'],
    ['joined_at', '2026-01-01T00:00:00Z'],
    ['unknown', 1],
  ] as const),
])('when %s of a new membership is %p, then 400 names it', async (field, value) => {
  const { body } = expectProblem(await app.api.post(path, newMembership({ [field]: value })), 400);
  expect(body.errors).toEqual([{ in: 'body', path: field, message: expect.any(String) }]);
});

test.each([
  [{ status: 'removed' }, 'status'],
  [{ status: 'Active' }, 'status'],
  [{ status: null }, 'status'],
  [{ status: true }, 'status'],
  [{}, 'status'],
  [{ status: 'active', contact_id: 'contact-2' }, 'contact_id'],
  [{ status: 'active', joined_at: '2026-01-01T00:00:00Z' }, 'joined_at'],
])('when a change is %j, then 400 names %s', async (changes, field) => {
  const { body } = expectProblem(await app.api.put(`${path}/${id}`, changes), 400);
  expect(body.errors).toEqual([{ in: 'body', path: field, message: expect.any(String) }]);
});

test('when everything is missing, then 400 lists all of it', async () => {
  const { body } = expectProblem(await app.api.post(path, {}), 400);
  expect(body.errors.map((e: { path: string }) => e.path)).toEqual(['contact_id', 'chapter_id']);
});

describe.each([
  ['POST', (): string => path],
  ['PUT', (): string => `${path}/${id}`],
] as const)('%s', (method, url) => {
  test.each(unreadableBodies)('when the body is $what, then $status', async ({ status, body, headers }) => {
    expectProblem(await app.api.send({ method, path: url(), rawBody: body, headers }), status);
  });
});

describe.each([path, `${path}/by-contact/contact-1`, `${path}/by-chapter/chapter-test`])('%s', (list) => {
  test.each(unusableQueries)('when the query is %s, then 400', async (query) => {
    const { body } = expectProblem(await app.api.get(`${list}?${query}`), 400);
    expect(body.errors[0].in).toBe('query');
  });
});

test.each(unusableIds)('when the id is %p, then it is refused or not found', async (odd) => {
  for (const [method, url, rawBody] of [
    ['GET', `${path}/${odd}`, undefined],
    ['PUT', `${path}/${odd}`, '{"status":"active"}'],
    ['DELETE', `${path}/${odd}`, undefined],
  ] as const) {
    const response = await app.api.send({ method, path: url, ...(rawBody && { rawBody }) });
    expect([400, 404]).toContain(response.status);
    expectProblem(response, response.status);
  }
  for (const list of [`${path}/by-contact/${odd}`, `${path}/by-chapter/${odd}`]) {
    const response = await app.api.send({ method: 'GET', path: list });
    // What could be an id is one that nobody has: an empty list.
    expect([200, 400, 404]).toContain(response.status);
    if (response.status === 200) expect(response.body.data).toEqual([]);
    else expectProblem(response, response.status);
  }
});

test.each([
  ['PATCH', path, 'GET, HEAD, POST'],
  ['POST', `${path}/ccm-001`, 'DELETE, GET, HEAD, PUT'],
  ['POST', `${path}/by-contact/contact-1`, 'GET, HEAD'],
  ['DELETE', `${path}/by-chapter/chapter-1`, 'GET, HEAD'],
])('when %s %s is sent, then 405 says what is possible', async (method, url, allow) => {
  const { headers } = expectProblem(await app.api.send({ method, path: url }), 405);
  expect(headers.get('allow')).toBe(allow);
});
