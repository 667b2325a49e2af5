import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordStatements, withConnection } from '@kontakt/testing';
import { newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;

/** Each name once, as a first or a last one. */
const misspelt = [
  ...['Ola Hansen', 'Per Lund', 'Jan Dahl', 'Åse Kvam', 'Liv Hagen', 'Kari Solberg', 'Nils Pedersen', 'Søren Hansen'],
  ...['Ellen Øvergård', 'Randi Vestby', 'Bjørn Myhre', 'Astrid Moe', 'Håkon Lie', 'Synnøve Eide'],
];

beforeAll(async () => {
  app = await startApp();
  for (const [i, full_name] of misspelt.entries()) {
    await app.api.post(path, newContact({ full_name, email: `${i}@example.no`, org_id: 'org_edits' }));
  }
});
afterAll(() => app.stop());

async function search(q: string): Promise<string[]> {
  const { status, body } = await app.api.get(`${path}/search?q=${encodeURIComponent(q)}&org_id=org_edits`);
  expect(status).toBe(200);
  return body.data.map(({ full_name }: { full_name: string }) => full_name);
}

/** At each place: another letter, none, one more, and the two swapped. */
function edits(name: string): string[] {
  return Array.from(name).flatMap((letter, i) => {
    const [before, after] = [name.slice(0, i), name.slice(i + 1)];
    const swapped = after === '' ? [] : [before + after.charAt(0) + letter + after.slice(1)];
    return [`${before}w${after}`, before + after, `${before}w${letter}${after}`, ...swapped];
  });
}

// The first of three letters must be right, and what is left of three letters is the beginning of a word.
test.each([
  [['Ola', 'Per', 'Jan', 'Åse', 'Liv'], 0.7],
  [['Kari', 'Kvam', 'Lund', 'Dahl', 'Nils'], 1],
  [['Søren', 'Ellen', 'Hagen', 'Randi', 'Bjørn'], 1],
  [['Hansen', 'Astrid', 'Håkon', 'Vestby'], 1],
  [['Solberg', 'Synnøve', 'Pedersen', 'Øvergård'], 1],
])('when a letter of %p is other, missing, too much or swapped, then %p of them are forgiven', async (names, least) => {
  const typed = names.flatMap((name) => edits(name).map((word) => ({ name, word })));
  const missed: string[] = [];
  for (const { name, word } of typed) {
    const found = await search(word);
    if (!found.some((fullName) => fullName.split(' ').includes(name))) missed.push(word);
  }
  expect({ missed, enough: 1 - missed.length / typed.length >= least }).toMatchObject({ enough: true });
});

test('when there are many contacts, then no search reads a whole table', async () => {
  // On a connection of its own: the service's limit on a statement is not meant for this much.
  await withConnection(app.databaseUrl, async (client) => {
    await client.query(
      `INSERT INTO contacts (id, first_name, last_name, full_name, name_stamp, email, email_stamp, org_id,
         org_id_stamp, role, role_stamp, is_active, is_active_stamp, specialty_stamp, available, available_stamp,
         deleted_stamp, created_at, updated_at)
       SELECT 'filler-' || i, 'A', 'B', 'Filler ' || i, '', 'x' || i || '@filler.no', '', 'org_filler', '', 'member',
         '', true, '', '', true, '', '', now(), now() FROM generate_series(1, 5000) AS i`,
    );
    await client.query('ANALYZE contacts, contact_words, search_words');
  });
  // What it reads is inside a function: whether a whole table was read is counted in the transaction that asks.
  const client = await app.db.pool.connect();
  try {
    for (const q of ['ingrid solburg', 'e', 'fillre', 'filler x17', 'no']) {
      const [statement] = await recordStatements(() => app.api.get(`${path}/search?q=${encodeURIComponent(q)}`));
      await client.query('BEGIN');
      await client.query(statement?.text ?? '', statement?.values);
      const { rows } = await client.query(
        `SELECT relname FROM pg_stat_xact_user_tables WHERE relname IN ('contacts', 'contact_words') AND seq_scan > 0`,
      );
      await client.query('COMMIT');
      expect({ q, rows }).toEqual({ q, rows: [] });
    }
  } finally {
    client.release();
  }
});

test('when a query has many misspelt words, then it is answered within the statement limit', async () => {
  const q = 'fillre filer fillerr fyller fikker no1 x1 filller fllier fillec';
  expect((await app.api.get(`${path}/search?q=${encodeURIComponent(q)}`)).status).toBe(200);
});
