import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem, unreadableBodies, unusableIds } from '@kontakt/testing';
import { newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
let id: string;
beforeAll(async () => {
  app = await startApp();
  id = (await app.api.post(path, newContact())).body.id;
});
afterAll(() => app.stop());

const wrong: [string, unknown][] = [
  ['full_name', ''], ['full_name', '   '], ['full_name', 7], ['full_name', null], ['full_name', ['a']], ['full_name', {}],
  ['full_name', 'a\u0000b'], ['full_name', '\ud800'], ['full_name', '\u200b'], ['full_name', 'x'.repeat(201)], ['full_name', '\u0007bell'],
  ['email', ''], ['email', 'no-at-sign'], ['email', 'a@b'], ['email', 'a b@c.no'], ['email', 5], ['email', null],
  ['email', `${'x'.repeat(250)}@b.no`], ['email', 'a\u0000@b.no'],
  ['role', 'Peer Mentor'], ['role', ''], ['role', 1], ['role', 'å'], ['role', 'x'.repeat(65)],
  ['org_id', ''], ['org_id', 'a b'], ['org_id', 1], ['org_id', 'x'.repeat(129)], ['org_id', '🧡'],
  ['is_active', 'true'], ['is_active', 1], ['is_active', null],
  ['id', 'usr_1'], ['created_at', '2026-01-01T00:00:00Z'], ['deletedStamp', 'x'], ['unknown', 1], ['constructor', 1],
]; // prettier-ignore

describe.each([
  ['POST', (): string => path, newContact()],
  ['PUT', (): string => `${path}/${id}`, {}],
] as const)('%s', (method, url, valid) => {
  test.each(wrong)('when %s is %p, then 400 names it', async (field, value) => {
    const { body } = expectProblem(
      await app.api.send({ method, path: url(), rawBody: JSON.stringify({ ...valid, [field]: value }) }),
      400,
    );
    expect(body.errors).toEqual([{ in: 'body', path: field, message: expect.any(String) }]);
  });

  test.each(unreadableBodies)('when the body is $what, then $status', async ({ status, body, headers }) => {
    expectProblem(await app.api.send({ method, path: url(), rawBody: body, headers }), status);
  });

  test('when a field of the edit form is sent, then 400 says which parameter selects the other service', async () => {
    const form = JSON.stringify({
      first_name: 'Marte',
      last_name: 'K',
      phone: '1',
      address: 'x',
      date_of_birth: 'x',
      chapter_affiliations: [],
    });
    const { body } = expectProblem(await app.api.send({ method, path: url(), rawBody: form }), 400);
    const messages = body.errors.filter((e: { message: string }) => e.message.includes('?context=edit'));
    expect(messages).toHaveLength(6);
  });
});

test('when a required field is missing, then 400 lists all that are', async () => {
  const { body } = expectProblem(await app.api.post(path, {}), 400);
  expect(body.errors.map((e: { path: string }) => e.path)).toEqual(['full_name', 'email', 'role', 'org_id']);
});

test.each(unusableIds)('when the id is %p, then it is refused or not found', async (odd) => {
  for (const [method, url] of [
    ['GET', `${path}/${odd}`],
    ['PUT', `${path}/${odd}`],
    ['DELETE', `${path}/${odd}`],
    ['GET', `${path}/peer-mentors/${odd}`],
  ] as const) {
    const response = await app.api.send({
      method,
      path: url,
      ...(method === 'PUT' && { rawBody: '{"role":"member"}' }),
    });
    expect([400, 404]).toContain(response.status);
    expectProblem(response, response.status);
  }
});

test.each([
  ['PATCH', path, 'GET, HEAD, POST'],
  ['DELETE', path, 'GET, HEAD, POST'],
  ['POST', `${path}/usr_1`, 'DELETE, GET, HEAD, PUT'],
  ['POST', `${path}/search`, 'GET, HEAD'],
  ['PUT', `${path}/peer-mentors`, 'GET, HEAD'],
  ['DELETE', `${path}/peer-mentors/pm_1`, 'GET, HEAD'],
])('when %s %s is sent, then 405 says what is possible', async (method, url, allow) => {
  const { headers } = expectProblem(await app.api.send({ method, path: url }), 405);
  expect(headers.get('allow')).toBe(allow);
});

test.each(['/', '/api', `${path}/`, '/API/v1/contacts', `${path}/usr_1/chapter-affiliations`, '/internal'])(
  'when the path is %s, then it is not there',
  async (url) => {
    const response = await app.api.get(url);
    expect([401, 404]).toContain(response.status);
    expectProblem(response, response.status);
  },
);
