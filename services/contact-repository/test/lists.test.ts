import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem, plansAtScale, recordStatements, unusableQueries, walk } from '@kontakt/testing';
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

  test.each(['created_at', '-created_at', 'name', '-name'])(
    'when it is walked by cursor, sorted by %s, then everybody comes once, in the order of the pages',
    async (sort) => {
      const org_id = `org_walked_${role}_${sort}`;
      await createAll(['Ane', 'Bo', 'Bo', 'Åse', 'Bo', 'Ærlig', 'Bo', 'Ane'], { org_id, role });
      // At one moment, as when they were imported: ids alone tell them apart.
      await app.db.pool.query(
        `UPDATE contacts SET created_at = now(), peer_mentor_since = CASE WHEN role = 'peer_mentor' THEN now() END
         WHERE org_id = $1`,
        [org_id],
      );
      const url = `${list}?org_id=${org_id}&sort=${sort}`;
      const { ids, pages } = await walk(app.api, `${url}&limit=3`);
      expect(ids).toEqual((await app.api.get(url)).body.data.map(({ id }: { id: string }) => id));
      expect(ids).toHaveLength(8);
      expect(pages).toEqual([1, 2, 3]);
    },
  );

  test('when others are added meanwhile, then a walk by cursor misses and repeats nobody', async () => {
    const org_id = `org_growing_${role}`;
    await createAll(['One', 'Two', 'Three', 'Four'], { org_id, role });
    const before = (await app.api.get(`${list}?org_id=${org_id}`)).body.data.map(({ id }: { id: string }) => id);
    const { ids } = await walk(app.api, `${list}?org_id=${org_id}&limit=1`, () => createAll(['New'], { org_id, role }));
    expect(ids).toEqual(before);
  });

  test('when a cursor is none of this list, then 400', async () => {
    const { body } = await app.api.get(`${list}?cursor=start&limit=1&sort=name`);
    const next: string = body.pagination.next_cursor;
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const others = [
      forged('joined_at', 2, '2026-01-01T00:00:00.000Z', 'usr_1'),
      forged('created_at', 2, 'yesterday', 'usr_1'),
      forged('created_at', 2, '0000-01-01T00:00:00.000Z', 'usr_1'),
      forged('name', 2, '\0', 'usr_1'),
      forged('name', 0, 'a', 'usr_1'),
      'x',
      `${next}&page=2`,
      `${next}&sort=created_at`,
      'start&page=1',
    ];
    for (const cursor of others) expectProblem(await app.api.get(`${list}?cursor=${cursor}`), 400);
    expect((await app.api.get(`${list}?cursor=${next}`)).status).toBe(200);
  });

  test('when a page is longer, then it takes no more statements', async () => {
    const short = await recordStatements(() => app.api.get(`${list}?limit=1`));
    const long = await recordStatements(() => app.api.get(`${list}?limit=50`));
    expect(short).toHaveLength(1);
    expect(long).toHaveLength(1);
  });

  test.each(['', 'sort=name', 'sort=-name', 'sort=created_at'])(
    'when asked for %p, then an index has the order',
    async (sort) => {
      for (const query of [sort, `${sort}&org_id=org_a`]) {
        const statements = await recordStatements(() => app.api.get(`${list}?${query}`));
        for (const plan of await plansAtScale(app.db.pool, statements)) {
          // What is sorted are the rows of the page; below its limit an index has them in order.
          const [, below] = plan.split('Limit');
          expect(below).toMatch(/Index (Only )?Scan/);
          expect(below).not.toMatch(/Seq Scan|Sort/);
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
