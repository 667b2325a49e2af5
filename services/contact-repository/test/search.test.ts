import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem, plansAtScale, recordStatements } from '@kontakt/testing';
import { newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;

const people = [
  ['Ingrid Solberg', 'ingrid.solberg@example.no'],
  ['Inger Sol', 'is@example.no'],
  ['Håkon Sørensen', 'hs@example.no'],
  ['Kjærsti Aasen', 'ka@example.no'],
  ['Bjørn Ødegård', 'odegaard@bjornson.example'],
  ['Anne-Marie O’Brien', 'amo@example.no'],
  ['José Núñez', 'jn@example.no'],
  ['Ane Berg', 'ane.berg@org.no'],
  ['Anette Bergersen', 'ab@example.no'],
  ['Olav Hansen', 'oh@example.no'],
  ['Synnøve Kristiansen', 'sk@example.no'],
  ['李 明', 'lm@example.no'],
] as const;

beforeAll(async () => {
  app = await startApp();
  for (const [full_name, email] of people) await app.api.post(path, newContact({ full_name, email, org_id: 'org_a' }));
  await app.api.post(path, newContact({ full_name: 'Ingrid Elsewhere', org_id: 'org_b' }));
  const mentor = { full_name: 'Silje Dahl', email: 'silje@example.no', role: 'peer_mentor', specialty: 'Pårørende' };
  await app.api.post(path, newContact({ ...mentor, org_id: 'org_a' }));
});
afterAll(() => app.stop());

async function search(q: string, parameters = 'org_id=org_a'): Promise<string[]> {
  const { status, body } = await app.api.get(`${path}/search?q=${encodeURIComponent(q)}&${parameters}`);
  expect(status).toBe(200);
  expect(body.pagination.total).toBe(body.data.length);
  return body.data.map(({ full_name }: { full_name: string }) => full_name);
}

describe('what finds whom', () => {
  test.each([
    ['Ingrid Solberg', 'Ingrid Solberg', 'the whole name'],
    ['solberg ingrid', 'Ingrid Solberg', 'the words in another order'],
    ['INGRID', 'Ingrid Solberg', 'another case'],
    ['ingr sol', 'Ingrid Solberg', 'beginnings of words'],
    ['haakon', 'Håkon Sørensen', 'aa for å'],
    ['hakon', 'Håkon Sørensen', 'a for å'],
    ['soerensen', 'Håkon Sørensen', 'oe for ø'],
    ['sorensen', 'Håkon Sørensen', 'o for ø'],
    ['åsen', 'Kjærsti Aasen', 'å for aa'],
    ['kjaersti', 'Kjærsti Aasen', 'ae for æ'],
    ['odegard', 'Bjørn Ødegård', 'no accents at all'],
    ['jose nunez', 'José Núñez', 'no accents'],
    ['ane.berg@org.no', 'Ane Berg', 'an email'],
    ['bjornson', 'Bjørn Ødegård', 'a part of an email'],
    ['anne marie', 'Anne-Marie O’Brien', 'a hyphenated name without its hyphen'],
    ['李', '李 明', 'another script'],
    ['pårørende', 'Silje Dahl', "a peer mentor's specialty"],
    ['silje parorende', 'Silje Dahl', 'a name and a specialty'],
  ])('when %p is searched, then %p is first (%s)', async (q, name) => {
    expect((await search(q))[0]).toBe(name);
  });

  test.each([
    ['Solburg', 'Ingrid Solberg', 'another letter'],
    ['Solbrg', 'Ingrid Solberg', 'a letter missing'],
    ['Sollberg', 'Ingrid Solberg', 'a letter too much'],
    ['Solbreg', 'Ingrid Solberg', 'two letters swapped'],
    ['Ingird Solburg', 'Ingrid Solberg', 'errors in both words'],
    ['Hanssen', 'Olav Hansen', 'a double letter'],
    ['Kristansen', 'Synnøve Kristiansen', 'a missing letter in a long name'],
    ['Kristjansn', 'Synnøve Kristiansen', 'two errors in a long name'],
  ])('when %p is searched, then %p is forgiven (%s)', async (q, name) => {
    expect(await search(q)).toContain(name);
  });

  test('when a whole word matches, then it comes before a beginning, and a beginning before a near miss', async () => {
    expect((await search('sol')).slice(0, 2)).toEqual(['Inger Sol', 'Ingrid Solberg']);
    expect((await search('berg')).slice(0, 2)).toEqual(['Ane Berg', 'Anette Bergersen']);
  });

  test('when one word of the query is nowhere, then nothing is found', async () => {
    expect(await search('ingrid zzzzz')).toEqual([]);
  });

  test.each(['%', '_', '!!!', "';--", '\\', '*', '()'])(
    'when the query is %p, then it finds nothing and harms nobody',
    async (q) => {
      expect(await search(q)).toEqual([]);
    },
  );

  test('when an organisation is named, then others are not searched', async () => {
    expect(await search('ingrid', 'org_id=org_b')).toEqual(['Ingrid Elsewhere']);
  });
});

describe('the answer', () => {
  test('when `query` is sent instead of `q`, then it is the same', async () => {
    const [q, query] = await Promise.all([
      app.api.get(`${path}/search?q=berg`),
      app.api.get(`${path}/search?query=berg`),
    ]);
    expect(query.body).toEqual(q.body);
  });

  test('when the page is past the end, then it is empty and the total is right', async () => {
    const { body } = await app.api.get(`${path}/search?q=example&org_id=org_a&page=9&limit=5`);
    expect(body).toEqual({ data: [], pagination: { page: 9, limit: 5, total: people.length } });
  });

  test('when pages are walked, then everyone comes exactly once', async () => {
    const seen: string[] = [];
    for (const page of [1, 2, 3]) {
      const { body } = await app.api.get(`${path}/search?q=example&org_id=org_a&page=${page}&limit=5`);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
    }
    expect(new Set(seen).size).toBe(people.length);
  });

  test('when it is long or short, then it is one statement', async () => {
    for (const query of ['q=berg&limit=1', 'q=example&limit=100']) {
      expect(await recordStatements(() => app.api.get(`${path}/search?${query}`))).toHaveLength(1);
    }
  });

  test('when there are many contacts, then the trigram index proposes the few that may be meant', async () => {
    await app.db.pool.query(
      `INSERT INTO contacts (id, first_name, last_name, full_name, name_stamp, email, email_stamp, org_id, org_id_stamp,
         role, role_stamp, is_active, is_active_stamp, specialty_stamp, available, available_stamp, deleted_stamp,
         created_at, updated_at)
       SELECT 'filler-' || i, md5(i::text), '', md5(i::text), '', 'x', '', 'org_filler', '', 'member', '', true, '', '',
         true, '', '', now(), now() FROM generate_series(1, 20000) AS i`,
    );
    await app.db.pool.query('ANALYZE contacts');
    const statements = await recordStatements(() => app.api.get(`${path}/search?q=ingrid+solburg`));
    expect(await plansAtScale(app.db.pool, statements)).toEqual([
      expect.stringMatching(/Bitmap Index Scan on contacts_search/),
    ]);
  });

  test('when peer mentors are searched, then only they are found, by the id of their profile', async () => {
    const { body } = await app.api.get(`${path}/peer-mentors/search?q=dahl`);
    expect(body.data).toEqual([
      {
        id: expect.stringMatching(/^pm_/),
        contact_id: expect.stringMatching(/^usr_/),
        full_name: 'Silje Dahl',
        specialty: 'Pårørende',
      },
    ]);
    expect((await app.api.get(`${path}/peer-mentors/search?q=berg`)).body.data).toEqual([]);
  });

  test.each([
    '',
    'q=',
    'q=%20',
    'q=a%00b',
    'q=%ED%A0%80%00',
    `q=${'x'.repeat(201)}`,
    'q=a&q=b',
    'q=a&query=b',
    'q=a&page=0',
    'q=a&x=1',
  ])('when the query string is %p, then 400', async (query) => {
    expectProblem(await app.api.get(`${path}/search?${query}`), 400);
    expectProblem(await app.api.get(`${path}/peer-mentors/search?${query}`), 400);
  });

  test('when the query is very long but allowed, then it is answered', async () => {
    const { status } = await app.api.get(
      `${path}/search?q=${encodeURIComponent('㍿'.repeat(100) + ' ' + 'ab '.repeat(30))}`,
    );
    expect(status).toBe(200);
  });
});
