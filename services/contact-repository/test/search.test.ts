import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem, recordStatements } from '@kontakt/testing';
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

/** Whom a query finds, in which order. */
const ordered = [
  ['Bjorn Sether', 'o1@example.com'],
  ['Bjørn Sæther', 'o2@example.com'],
  ['Ola Kas', 'o3@example.com'],
  ['Ole Kaas', 'o4@example.com'],
  ['Ingrid Aa', 'o5@example.com'],
  ['Ingridsen Li', 'o6@example.com'],
  ['Kari Kvam', 'o7@example.com'],
  ['Karl Lund', 'o8@example.com'],
  ['Karine Dahl', 'o9@example.com'],
] as const;

/** Whoever is misspelt in the tests; each once. */
const misspelt = [
  ...['Ola Hansen', 'Per Lund', 'Jan Dahl', 'Åse Kvam', 'Liv Hagen', 'Kari Solberg', 'Nils Pedersen', 'Søren Hansen'],
  ...['Ellen Øvergård', 'Randi Vestby', 'Bjørn Myhre', 'Astrid Moe', 'Håkon Lie', 'Synnøve Eide'],
];

/** What else is legal in names and emails. */
const odd: [string, string][] = [
  ['Per*Olsen', 'per=olsen@x.no'],
  ['Kari|Nord', 'ola#nord@x.no'],
  ['A#B Cdef', 'a!b@x.com'],
  ['Olsen=Ek', 'x~y@x.no'],
  ['Kari!Nordmann', 'o`k@x.no'],
  ['हिन्दी शर्मा', '^$|+{}?/%&@x.no'],
  ['Ольга Ёлкина', "d'arc*@x.no"],
  ['Nguyễn Thị', 'under_score@x.no'],
  ['👩‍🚀 ❤️', 'rocket@x.no'],
  ['İstanbul ΟΔΥΣΣΕΥΣ', 'odysseus@x.no'],
];

beforeAll(async () => {
  app = await startApp();
  for (const [full_name, email] of ordered)
    await app.api.post(path, newContact({ full_name, email, org_id: 'org_order' }));
  for (const [i, full_name] of misspelt.entries()) {
    await app.api.post(path, newContact({ full_name, email: `${i}@example.no`, org_id: 'org_edits' }));
  }
  for (const [full_name, email] of odd) {
    const { status } = await app.api.post(path, newContact({ full_name, email, org_id: 'org_odd' }));
    expect(status).toBe(201);
  }
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

  test.each([
    ['bjørn', ['Bjørn Sæther', 'Bjorn Sether']],
    ['bjorn', ['Bjorn Sether', 'Bjørn Sæther']],
    ['kas', ['Ola Kas', 'Ole Kaas']],
    ['kaas', ['Ole Kaas', 'Ola Kas']],
    ['ingri', ['Ingrid Aa', 'Ingridsen Li']],
    ['kari', ['Kari Kvam', 'Karine Dahl', 'Karl Lund']],
  ])('when %p is searched, then the best match comes first', async (q, names) => {
    expect(await search(q, 'org_id=org_order')).toEqual(names);
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

describe('what is legal is found', () => {
  test.each(odd)('when %p is searched by name or by email, then they are first', async (name, email) => {
    expect((await search(name, 'org_id=org_odd'))[0]).toBe(name);
    expect((await search(email, 'org_id=org_odd'))[0]).toBe(name);
  });
});

describe('small typing errors', () => {
  test.each([
    ['Krai', 'Kari Kvam'],
    ['Knam', 'Kari Kvam'],
    ['Lnd', 'Karl Lund'],
    ['Hnasen', 'Søren Hansen'],
    ['Srøen', 'Søren Hansen'],
  ])('when %p is searched, then %p is forgiven', async (q, name) => {
    const names = [...(await search(q, 'org_id=org_order')), ...(await search(q, 'org_id=org_edits'))];
    expect(names).toContain(name);
  });

  test('when a word of more than sixty letters is misspelt, then it is forgiven', async () => {
    const name = `${'q'.repeat(62)}z`;
    await app.api.post(path, newContact({ full_name: name, org_id: 'org_long' }));
    expect(await search(`${'q'.repeat(57)}aqq`, 'org_id=org_long')).toEqual([name]);
  });

  test('when a name is short, then few others are taken for it', async () => {
    expect(await search('tom', 'org_id=org_odd')).toEqual([]);
    expect(await search('nob', 'org_id=org_odd')).toEqual([]);
    expect(await search('ola', 'org_id=org_edits')).toEqual(['Ola Hansen']);
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

  test.each([
    ['letters', Array.from('abcdefghijklmnopqrstuvwxyzæøå').join(' ')],
    [
      'words',
      Array.from({ length: 22 }, (_, i) => `eksempel${i}`)
        .join(' ')
        .slice(0, 200),
    ],
    ['one word', 'x'.repeat(200)],
    ['emoji', '👩‍🚀'.repeat(40)],
    ['syntax', String.raw`a:* & !b | 'c' \ <-> (d) `.repeat(8).slice(0, 200)],
  ])('when the query is nothing but %s, then it is answered', async (_what, q) => {
    expect((await app.api.get(`${path}/search?q=${encodeURIComponent(q)}`)).status).toBe(200);
  });

  test('when the query is very long but allowed, then it is answered', async () => {
    const { status } = await app.api.get(
      `${path}/search?q=${encodeURIComponent('㍿'.repeat(100) + ' ' + 'ab '.repeat(30))}`,
    );
    expect(status).toBe(200);
  });
});
