import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem, plansAtScale, recordStatements, unusableQueries } from '@kontakt/testing';
import { newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function createAll(names: string[], given: Record<string, unknown>): Promise<void> {
  for (const full_name of names) {
    expect((await app.api.post(path, newContact({ full_name, ...given }))).status).toBe(201);
  }
}
const names = (body: { data: { full_name: string }[] }) => body.data.map(({ full_name }) => full_name);

describe.each([
  ['contacts', path, 'member'],
  ['peer mentors', `${path}/peer-mentors`, 'peer_mentor'],
])('the list of %s', (_what, list, role) => {
  test('when nothing is asked for, then the newest come first, 20 a page, with the exact total', async () => {
    const org_id = `org_paging_${role}`;
    await createAll(
      Array.from({ length: 25 }, (_, i) => `Person No${i}`),
      { org_id, role },
    );

    const first = (await app.api.get(`${list}?org_id=${org_id}`)).body;
    expect(first.pagination).toEqual({ page: 1, limit: 20, total: 25 });
    expect(names(first).slice(0, 2)).toEqual(['Person No24', 'Person No23']);
    const second = (await app.api.get(`${list}?org_id=${org_id}&page=2`)).body;
    expect(names(second)).toEqual(['Person No4', 'Person No3', 'Person No2', 'Person No1', 'Person No0']);
    const past = (await app.api.get(`${list}?org_id=${org_id}&page=4`)).body;
    expect(past).toEqual({ data: [], pagination: { page: 4, limit: 20, total: 25 } });
    const furthest = (await app.api.get(`${list}?org_id=${org_id}&page=2147483647&limit=100`)).body;
    expect(furthest).toEqual({ data: [], pagination: { page: 2147483647, limit: 100, total: 25 } });
  });

  test('when sorted by name, then in Norwegian order, å and aa last', async () => {
    const org_id = `org_sorting_${role}`;
    const inOrder = ['Ane Berg', 'Bjørn Aas', 'Zoë Vik', 'Ærlig Moe', 'Øyvind Lie', 'Åse Dahl'];
    await createAll(['Øyvind Lie', 'Åse Dahl', 'Zoë Vik', 'Ane Berg', 'Ærlig Moe', 'Bjørn Aas'], { org_id, role });
    expect(names((await app.api.get(`${list}?org_id=${org_id}&sort=name`)).body)).toEqual(inOrder);
    expect(names((await app.api.get(`${list}?org_id=${org_id}&sort=-name`)).body)).toEqual(inOrder.toReversed());
    expect(names((await app.api.get(`${list}?org_id=${org_id}&sort=created_at`)).body)[0]).toBe('Øyvind Lie');
  });

  test('when an organisation is named, then only its records are there', async () => {
    await createAll(['Only One'], { org_id: `org_alone_${role}`, role });
    const { body } = await app.api.get(`${list}?org_id=org_alone_${role}`);
    expect(names(body)).toEqual(['Only One']);
    expect((await app.api.get(list)).body.pagination.total).toBeGreaterThan(25);
  });

  test('when a page is longer, then it takes no more statements', async () => {
    const short = await recordStatements(() => app.api.get(`${list}?limit=1`));
    const long = await recordStatements(() => app.api.get(`${list}?limit=50`));
    expect(short).toHaveLength(2);
    expect(long).toHaveLength(2);
  });

  test.each(['', 'sort=name', 'sort=-name', 'sort=created_at'])(
    'when asked for %p, then an index has the order',
    async (sort) => {
      for (const query of [sort, `${sort}&org_id=org_a`]) {
        const statements = await recordStatements(() => app.api.get(`${list}?${query}`));
        for (const plan of await plansAtScale(app.db.pool, statements)) {
          expect(plan).toMatch(/Index (Only )?Scan/);
          expect(plan).not.toMatch(/Seq Scan|Sort/);
        }
      }
    },
  );

  test.each(unusableQueries)('when the query is %s, then 400 says what is wrong', async (query) => {
    const { body } = expectProblem(await app.api.get(`${list}?${query}`), 400);
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].in).toBe('query');
  });

  test('when several parameters are wrong, then all are listed at once', async () => {
    const { body } = expectProblem(await app.api.get(`${list}?page=0&limit=abc&sort=up&x=1`), 400);
    expect(body.errors.map((e: { path: string }) => e.path)).toEqual(['page', 'limit', 'sort', 'x']);
  });
});
