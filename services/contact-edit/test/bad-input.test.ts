import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem, unreadableBodies, unusableIds, unusableQueries } from '@kontakt/testing';
import { newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
let id: string;
beforeAll(async () => {
  app = await startApp();
  id = (await app.api.post(path, newContact())).body.contact_id;
});
afterAll(() => app.stop());

const wrong: [string, unknown][] = [
  ['first_name', ''], ['first_name', '  '], ['first_name', 7], ['first_name', null], ['first_name', 'a\u0000b'],
  ['first_name', '\udfff'], ['first_name', 'x'.repeat(101)], ['last_name', null], ['last_name', 1], ['last_name', 'x'.repeat(101)],
  ['email', ''], ['email', 'nobody'], ['email', null], ['email', ['a@b.no']],
  ['phone', ''], ['phone', '123'], ['phone', 'call me'], ['phone', 91234567], ['phone', '+47 912 34 567 89 10 11 12'], ['phone', '9\u00001234567'],
  ['address', ''], ['address', 1], ['address', 'x'.repeat(501)], ['address', 'a\u0000'], ['address', '\ud83e'],
  ['date_of_birth', '1990-02-30'], ['date_of_birth', '1990-13-01'], ['date_of_birth', '17.06.1990'], ['date_of_birth', '1990-6-7'],
  ['date_of_birth', '2999-01-01'], ['date_of_birth', '1990-06-17T00:00:00Z'], ['date_of_birth', ''], ['date_of_birth', 1990],
  ['date_of_birth', '0000-01-01'], ['date_of_birth', '1849-12-31'], ['date_of_birth', '+12345-01-01'], ['date_of_birth', 'today'],
  ['org_id', ''], ['org_id', 'a b'], ['org_id', null], ['role', 'Peer Mentor'], ['role', null],
  ['contact_id', 'c-1'], ['updated_at', '2026-01-01T00:00:00Z'], ['save_result', 'success'], ['unknown', 1],
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

  test('when fields of the other contract are sent, then 400 says which parameter selects the other service', async () => {
    const other = JSON.stringify({ full_name: 'Lars Haugen', is_active: true, specialty: 'x', available: true });
    const { body } = expectProblem(await app.api.send({ method, path: url(), rawBody: other }), 400);
    expect(body.errors.filter((e: { message: string }) => e.message.includes('?context=view'))).toHaveLength(4);
  });
});

test('when today is the date of birth, then it is fine; tomorrow is not', async () => {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  expect((await app.api.put(`${path}/${id}`, { date_of_birth: day(0) })).status).toBe(200);
  expectProblem(await app.api.put(`${path}/${id}`, { date_of_birth: day(1) }), 400);
});

test('when required fields are missing, then 400 lists all that are', async () => {
  const { body } = expectProblem(await app.api.post(path, {}), 400);
  expect(body.errors.map((e: { path: string }) => e.path)).toEqual(['first_name', 'last_name', 'email']);
});

test('when affiliations are sent with the form of an existing contact, then 400 says where they are changed', async () => {
  const { body } = expectProblem(await app.api.put(`${path}/${id}`, { chapter_affiliations: [] }), 400);
  expect(body.detail).toContain('/chapter-affiliations');
});

describe('chapter affiliations', () => {
  test.each([
    [{}, 'chapter_ids'],
    [{ chapter_ids: 'ch-01' }, 'chapter_ids'],
    [{ chapter_ids: null }, 'chapter_ids'],
    [{ chapter_ids: [1] }, 'chapter_ids.0'],
    [{ chapter_ids: ['ch-01', ''] }, 'chapter_ids.1'],
    [{ chapter_ids: ['a b'] }, 'chapter_ids.0'],
    [{ chapter_ids: ['a\u0000'] }, 'chapter_ids.0'],
    [{ chapter_ids: [null] }, 'chapter_ids.0'],
    [{ chapter_ids: Array.from({ length: 201 }, (_, i) => `ch-${i}`) }, 'chapter_ids'],
    [{ chapter_ids: [], more: 1 }, 'more'],
  ])('when the body is %j, then 400 names %s', async (sent, where) => {
    const { body } = expectProblem(await app.api.put(`${path}/${id}/chapter-affiliations`, sent), 400);
    expect(body.errors.map((e: { path: string }) => e.path)).toEqual([where]);
  });

  test.each(unreadableBodies)('when the body is $what, then $status', async ({ status, body, headers }) => {
    const url = `${path}/${id}/chapter-affiliations`;
    expectProblem(await app.api.send({ method: 'PUT', path: url, rawBody: body, headers }), status);
  });
});

test.each(unusableQueries)('when the query of the list is %s, then 400', async (query) => {
  const { body } = expectProblem(await app.api.get(`${path}?${query}`), 400);
  expect(body.errors[0].in).toBe('query');
});

test.each(unusableIds)('when the id is %p, then it is refused or not found', async (odd) => {
  for (const [method, url, rawBody] of [
    ['GET', `${path}/${odd}`, undefined],
    ['PUT', `${path}/${odd}`, '{"first_name":"x"}'],
    ['DELETE', `${path}/${odd}`, undefined],
    ['PUT', `${path}/${odd}/chapter-affiliations`, '{"chapter_ids":[]}'],
    ['POST', `${path}/${odd}/refresh`, undefined],
  ] as const) {
    const response = await app.api.send({ method, path: url, ...(rawBody && { rawBody }) });
    // The other services are not there: an id that could be one cannot be looked up.
    expect([400, 404, ...(url.endsWith('refresh') ? [503] : [])]).toContain(response.status);
    expectProblem(response, response.status);
  }
});

test.each([
  ['PATCH', path, 'GET, HEAD, POST'],
  ['POST', `${path}/c-1`, 'DELETE, GET, HEAD, PUT'],
  ['GET', `${path}/c-1/chapter-affiliations`, 'PUT'],
  ['GET', `${path}/c-1/refresh`, 'POST'],
])('when %s %s is sent, then 405 says what is possible', async (method, url, allow) => {
  const { headers } = expectProblem(await app.api.send({ method, path: url }), 405);
  expect(headers.get('allow')).toBe(allow);
});
