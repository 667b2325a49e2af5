import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor, withConnection } from '@kontakt/testing';
import { path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;

interface Row {
  id: string;
  full_name: string;
  search_text: string;
  org_id: string;
  role: string;
}
let contacts: Row[];

/** Enough of each that a page is read in the order of the answer: names of one root, misspelt and written in two ways. */
const lastNames = ['Hansen', 'Hanssen', 'Hansem', 'Hansensund', 'Sørbø', 'Sorbo', 'Hans', 'Aasen'];
const firstNames = ['Åse', 'Aase', 'Ase', 'Hans', 'Kari', 'Exi', 'Per'];

beforeAll(async () => {
  app = await startApp();
  // On a connection of its own: the service's limit on a statement is not meant for this much.
  await withConnection(app.databaseUrl, async (client) => {
    // Of words that many have already, the second statement finds that they stay, and begins to count them.
    const insert = `INSERT INTO contacts (id, first_name, last_name, full_name, name_stamp, email, email_stamp, org_id, org_id_stamp,
         role, role_stamp, is_active, is_active_stamp, specialty_stamp, available, available_stamp, deleted_stamp,
         created_at, updated_at)
       SELECT 'many-' || i, '', '', ($1::text[])[1 + i % 7] || ' ' || ($2::text[])[1 + i / 7 % 8], '',
         'h' || i % 50 || CASE WHEN i % 11 = 0 THEN '.hanssen' ELSE '' END || '@example.no', '',
         'org_' || i % 3, '', CASE WHEN i % 4 = 0 THEN 'peer_mentor' ELSE 'member' END, '', true, '', '', true, '', '',
         now(), now()
       FROM generate_series($3::integer, $4::integer) AS i`;
    await client.query(insert, [firstNames, lastNames, 1, 3000]);
    await client.query(insert, [firstNames, lastNames, 3001, 4000]);
    const { rows } = await client.query(`SELECT sum(n)::int AS n FROM word_counts WHERE word = 'example'`);
    expect(rows).toEqual([{ n: 4000 }]);
    await client.query('ANALYZE');
  });
  const { rows } = await app.db.pool.query<Row>('SELECT id, full_name, search_text, org_id, role FROM contacts');
  contacts = rows;
});
afterAll(() => app.stop());

/** All pages of a search: whom it finds, in its order. Each page must tell the same total, and nobody may come twice. */
async function walk(q: string, { parameters = '', where = 'contacts/search' } = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const query = `q=${encodeURIComponent(q)}&limit=100&page=${page}${parameters}`;
    const { status, body } = await app.api.get(`${path.replace('contacts', where)}?${query}`);
    expect(status).toBe(200);
    ids.push(...body.data.map((hit: { id: string; contact_id?: string }) => hit.contact_id ?? hit.id));
    if (body.data.length === 0) {
      expect(body.pagination.total).toBe(ids.length);
      expect(new Set(ids).size).toBe(ids.length);
      return ids;
    }
  }
}

const found = (words: RegExp[], condition: (row: Row) => boolean = () => true) =>
  contacts.filter((row) => words.every((word) => word.test(row.search_text)) && condition(row)).map(({ id }) => id);

describe('of many, each is found once, and no other', () => {
  test.each([
    ['h', [/ h/]],
    ['ha', [/ ha/]],
    ['exa', [/ exa/]],
    ['example', [/ example/]],
    ['hansen', [/ (hansen|hanssen |hansem )/]],
    ['hansensund', [/ hansensund/]],
    ['hasen', [/ (hansen|asen) /]],
    ['sørbø', [/ sorbo/]],
    ['hansen example', [/ (hansen|hanssen |hansem )/, / example/]],
    ['kari hanssen', [/ kari/, / (hanssen|hansen )/]],
    ['example h', [/ example/, / h/]],
    ['n e h', [/ n/, / e/, / h/]],
    ['exampel hans', [/ example/, / hans/]],
  ] as [string, RegExp[]][])('when %p is searched', async (q, words) => {
    expect((await walk(q)).sort()).toEqual(found(words).sort());
    expect((await walk(q, { parameters: '&org_id=org_1' })).sort()).toEqual(
      found(words, (row) => row.org_id === 'org_1').sort(),
    );
  });
});

test('when many have a word, then whole words come first, then beginnings, then near misses; names in their order', async () => {
  const byId = new Map(contacts.map((row) => [row.id, row]));
  const tiers = (await walk('hansen')).map((id) => {
    const { search_text, full_name } = byId.get(id) ?? { search_text: '', full_name: '' };
    const tier = search_text.includes(' hansen ') ? 0 : search_text.includes(' hansen') ? 1 : 2;
    return { tier, length: full_name.length };
  });
  expect(tiers).toEqual(tiers.toSorted((a, b) => a.tier - b.tier || a.length - b.length));
});

test('when very many have several words, then those come first of whose words most was typed; names in their order', async () => {
  const byId = new Map(contacts.map((row) => [row.id, row]));
  // Of a word of one letter, the share of a word that was not typed.
  const untyped = (found = '') => 1000 - Math.floor(1000 / found.length);
  const ranks = (await walk('h e')).map((id) => {
    const { search_text = '', full_name = '' } = byId.get(id) ?? {};
    const [, h] = / (h\w*)/.exec(search_text) ?? [];
    return {
      distance: untyped(h) + untyped(search_text.includes(' exi ') ? 'exi' : 'example'),
      length: full_name.length,
    };
  });
  expect(ranks.length).toBeGreaterThan(3_000);
  expect(ranks).toEqual(ranks.toSorted((a, b) => a.distance - b.distance || a.length - b.length));
  expect(new Set(ranks.map(({ distance }) => distance)).size).toBeGreaterThan(5);
});

test('when many are written in different ways, then those that are written as it was typed come first', async () => {
  const { body } = await app.api.get(`${path}/search?q=${encodeURIComponent('sørbø')}&limit=100`);
  expect(body.data.every(({ full_name }: Row) => full_name.endsWith('Sørbø'))).toBe(true);
  const plain = await app.api.get(`${path}/search?q=sorbo&limit=100`);
  expect(plain.body.data.every(({ full_name }: Row) => full_name.endsWith('Sorbo'))).toBe(true);
});

test('when a word is misspelt, then those that are nearly so are looked up by the index of their forms', async () => {
  await withConnection(app.databaseUrl, async (client) => {
    await client.query(`INSERT INTO search_words SELECT translate(md5(i::text), '0123456789', 'ghijklmnop'), '', 0, false
      FROM generate_series(1, 20000) AS i`);
    await client.query('ANALYZE search_words');
    const lookUps = async () => {
      const { rows } = await client.query<{ n: number }>(
        `SELECT pg_stat_get_numscans('search_words_forms'::regclass)::int AS n`,
      );
      return rows[0]?.n ?? NaN;
    };
    const before = await lookUps();
    expect((await app.api.get(`${path}/search?q=hansn`)).body.pagination.total).toBeGreaterThan(0);
    // PostgreSQL tells a second later.
    await waitFor(async () => (await lookUps()) > before, { timeoutMs: 15_000 });
  });
});
