import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { withConnection } from '@kontakt/testing';
import type { ClientBase } from 'pg';
import { newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** What is kept for searches, where it differs from what all contacts are now. */
async function differences(): Promise<unknown[]> {
  const { rows } = await app.db.pool.query(`
    WITH told AS (
      SELECT words.* FROM contacts AS c,
        contact_words_of(c.id, c.full_name, c.email, c.specialty, c.role, c.org_id, c.search_text) AS words
      WHERE deleted_stamp = '' AND word <> ''
    )
    (SELECT 'missing' AS what, told::text FROM told EXCEPT SELECT 'missing', w::text FROM contact_words AS w)
    UNION ALL (SELECT 'left', w::text FROM contact_words AS w EXCEPT SELECT 'left', told::text FROM told)
    UNION ALL SELECT 'vocabulary', s::text FROM search_words AS s
      WHERE NOT stays AND (word, spelling, shared) NOT IN (SELECT word, spelling, shared FROM told)
    UNION ALL SELECT 'unknown', told::text FROM told
      WHERE (word, spelling, shared) NOT IN (SELECT word, spelling, shared FROM search_words)
    UNION ALL SELECT 'count', (word, spelling, shared, sum(n))::text FROM (
        SELECT word, spelling, shared, 1 AS n FROM told JOIN search_words USING (word, spelling, shared) WHERE stays
        UNION ALL SELECT word, spelling, shared, -n FROM word_counts
      ) AS counted GROUP BY word, spelling, shared HAVING sum(n) <> 0
    UNION ALL SELECT 'split', search_text FROM contacts AS c
      LEFT JOIN (SELECT contact_id AS id, count(*) AS n FROM contact_words GROUP BY contact_id) AS w USING (id)
      WHERE cardinality(search_words(search_text)) <> coalesce(n, 0)`);
  return rows;
}

afterEach(async () => {
  expect(await differences()).toEqual([]);
});

async function create(fields: object): Promise<string> {
  const { status, body } = await app.api.post(path, newContact({ ...fields }));
  expect(status).toBe(201);
  return body.id;
}

async function find(q: string): Promise<string[]> {
  const { body } = await app.api.get(`${path}/search?q=${encodeURIComponent(q)}`);
  return body.data.map(({ id }: { id: string }) => id);
}

/** Every table of the database in which a text stands. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows: tables } = await app.db.pool.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'outbox'
     ORDER BY name`,
  );
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const { rowCount } = await app.db.pool.query(`SELECT FROM ${name} AS t WHERE t::text ILIKE $1`, [`%${text}%`]);
      return rowCount === 0 ? [] : [name];
    }),
  );
  return found.flat();
}

describe('what contacts are now', () => {
  test('when contacts of all kinds are created, then what is kept is what they are', async () => {
    for (const full_name of [
      'Åse Aasen',
      'Anne-Marie O’Brien',
      '李 明',
      '👩‍🚀 ❤️',
      'İstanbul ΟΔΥΣΣΕΥΣ',
      '½ a€b ㍿',
      '!!!',
    ]) {
      await create({ full_name });
    }
  });

  test('when a name, an email, a role or an organisation changes, then the contact is found by what it is now', async () => {
    const id = await create({ full_name: 'Synnøve Gammelnavn', email: 'synnove.gammelnavn@foer.no' });
    await app.api.put(`${path}/${id}`, { full_name: 'Synnøve Nyttnavn' });
    expect(await find('nyttnavn')).toEqual([id]);
    expect(await find('gammelnavn')).toEqual([id]);
    await app.api.put(`${path}/${id}`, { email: 'synnove@foer.no' });
    expect(await find('gammelnavn')).toEqual([]);
    await app.api.put(`${path}/${id}`, { role: 'peer_mentor', specialty: 'Nattergalsang' });
    expect(await find('nattergalsang')).toEqual([id]);
    await app.api.put(`${path}/${id}`, { role: 'member', org_id: 'org_moved' });
    expect(await find('nattergalsang')).toEqual([]);
  });
});

describe('erasure', () => {
  test('when a contact is deleted, then no table keeps a word that only it had', async () => {
    const id = await create({ full_name: 'Zebulon Quistgaard', email: 'zq.xylofon@example.no' });
    const other = await create({ full_name: 'Zebulon Hansen' });
    expect(await tablesWith('quistgaard')).toEqual(['contact_words', 'contacts', 'search_words']);
    expect((await app.api.delete(`${path}/${id}`)).status).toBe(200);
    for (const word of ['quistg', 'xylofon']) expect(await tablesWith(word)).toEqual([]);
    expect(await find('zebulon')).toEqual([other]);
  });

  test('when a word is written differently by two, then each spelling leaves with its own', async () => {
    const id = await create({ full_name: 'Bjørg Zåpfe', email: 'a@example.no' });
    const other = await create({ full_name: 'Bjørg Zapfe', email: 'b@example.no' });
    await app.api.delete(`${path}/${id}`);
    expect(await tablesWith('zåpfe')).toEqual([]);
    expect(await find('zåpfe')).toEqual([other]);
  });
});

describe('a rare word that one transaction removes while another adds it', () => {
  /** What a service does to a contact's name, by hand, so that the other can come between. */
  const rename = (fullName: string) =>
    `UPDATE contacts SET full_name = '${fullName}', first_name = '', last_name = '' WHERE id = $1`;

  async function race(first: [string, string], second: [string, string]): Promise<void> {
    const [one, two] = await Promise.all([app.db.pool.connect(), app.db.pool.connect()]);
    try {
      await one.query('BEGIN');
      await two.query('BEGIN');
      await one.query(rename(first[1]), [first[0]]);
      // It waits for the other's word, and so ends only after it.
      const waiting = two.query(rename(second[1]), [second[0]]);
      await Promise.race([waiting, sleep(200)]);
      await one.query('COMMIT');
      await waiting;
      await two.query('COMMIT');
    } finally {
      one.release();
      two.release();
    }
  }

  test('when the removal is first, then who adds it is found', async () => {
    const [had, gets] = [await create({ full_name: 'Kvistrud Ruud' }), await create({ full_name: 'Per Ruud' })];
    await race([had, 'Ola Ruud'], [gets, 'Kvistrud Ruud']);
    expect(await find('kvistrud')).toEqual([gets]);
    expect(await find('kvisturd')).toEqual([gets]);
  });

  test('when the addition is first, then who adds it is found', async () => {
    const [had, gets] = [await create({ full_name: 'Frøystad Ruud' }), await create({ full_name: 'Per Ruud' })];
    await race([gets, 'Frøystad Ruud'], [had, 'Ola Ruud']);
    expect(await find('frøystad')).toEqual([gets]);
    expect(await find('frysotad')).toEqual([gets]);
  });

  test('when both remove it, then nothing is left of it', async () => {
    const [one, other] = [await create({ full_name: 'Tjøstolv Ruud' }), await create({ full_name: 'Tjøstolv Ruud' })];
    await race([one, 'Ola Ruud'], [other, 'Per Ruud']);
    expect(await tablesWith('tjostolv')).toEqual([]);
  });

  test('when each removes what the other adds, then both go through', async () => {
    const [one, other] = [
      await create({ full_name: 'Aslaugsen Ruud' }),
      await create({ full_name: 'Gunnbjørnsen Ruud' }),
    ];
    await race([one, 'Gunnbjørnsen Ruud'], [other, 'Aslaugsen Ruud']);
    expect(await find('aslaugsen')).toEqual([other]);
    expect(await find('gunnbjørnsen')).toEqual([one]);
  });
});

describe('a word that very many have', () => {
  const rename = `UPDATE contacts SET full_name = $2, first_name = '', last_name = '' WHERE id = $1`;

  async function shardOf(connection: ClientBase): Promise<unknown> {
    const { rows } = await connection.query<{ shard: number }>('SELECT pg_backend_pid() % 16 AS shard');
    return rows[0]?.shard;
  }

  test('when one transaction takes it away, then others that add it, or take it away, need not wait', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => create({ full_name: 'Kari Overalt' })));
    const last = await create({ full_name: 'Ola Enesteds' });
    const one = await app.db.pool.connect();
    let two = await app.db.pool.connect();
    try {
      // One in sixteen pairs of processes share the rows in which they count, and wait there.
      while ((await shardOf(two)) === (await shardOf(one))) {
        two.release(true);
        two = await app.db.pool.connect();
      }
      await one.query('BEGIN');
      await one.query(rename, [ids[0], 'Kari Ruud']);
      await two.query(`SET lock_timeout = '1s'`);
      await two.query(rename, [ids[1], 'Kari Etsteds']);
      await two.query(rename, [last, 'Ola Overalt']);
      await one.query('COMMIT');
    } finally {
      // Neither is used again: what was set here would be there still.
      one.release(true);
      two.release(true);
    }
    const { body } = await app.api.get(`${path}/search?q=overalt`);
    expect(body.pagination.total).toBe(59);
  });

  test.each([
    { does: 'adds one', surname: 'Vippbar', from: 'Kari Etter', to: 'Kari Vippbar', total: 55 },
    { does: 'takes one away', surname: 'Veltbar', from: 'Kari Veltbar', to: 'Kari Ruud', total: 53 },
  ])('when it is found to be one while another transaction $does, then all are counted', async (given) => {
    const name = { full_name: `Kari ${given.surname}` };
    const [had] = await Promise.all(Array.from({ length: 51 }, () => create(name)));
    const changed = given.from === name.full_name ? had : await create({ full_name: given.from });
    let more: Promise<string[]> | undefined;
    await withConnection(app.databaseUrl, async (one) => {
      await one.query('BEGIN');
      await one.query(rename, [changed, given.to]);
      // They wait for the word, with what they have read of it before.
      more = Promise.all([create(name), create(name), create(name)]);
      await Promise.race([more, sleep(200)]);
      await one.query('COMMIT');
    });
    await more;
    const { body } = await app.api.get(`${path}/search?q=${given.surname}`);
    expect(body.pagination.total).toBe(given.total);
    const { rows } = await app.db.pool.query('SELECT stays FROM search_words WHERE word = lower($1)', [given.surname]);
    expect(rows).toEqual([{ stays: true }]);
  });

  test('when more than a few have it, then the total is of those who are asked for', async () => {
    const roles = ['member', 'peer_mentor', 'coordinator'];
    const specialty = 'Sorg';
    const createNth = (i: number) =>
      create({
        full_name: `Kari Oppgjort${i % 4 === 0 ? 'sen' : ''}`,
        role: roles[i % 3],
        org_id: `org_told_${i % 2}`,
        ...(i % 3 === 1 && { specialty }),
      });
    for (let i = 0; i < 400; i += 20) await Promise.all(Array.from({ length: 20 }, (_, j) => createNth(i + j)));
    const totalOf = async (query: string) => (await app.api.get(`${path}/${query}`)).body.pagination.total;
    for (const [q, all, odd, mentors] of [
      ['oppgjort', 400, 200, 133],
      ['opp', 400, 200, 133],
      ['oppgjortsen', 100, 0, 33],
    ] as const) {
      expect(await totalOf(`search?q=${q}`)).toBe(all);
      expect(await totalOf(`search?q=${q}&org_id=org_told_1`)).toBe(odd);
      expect(await totalOf(`peer-mentors/search?q=${q}`)).toBe(mentors);
    }
  });

  test('when all have lost it, then nobody is found by it', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => create({ full_name: 'Kari Ingensteds' })));
    await app.db.pool.query(`UPDATE contacts SET full_name = 'Kari Ruud' WHERE id = ANY ($1)`, [ids]);
    expect(await find('ingensteds')).toEqual([]);
    expect(await find('ingenstesd')).toEqual([]);
  });
});

test('when contacts were there before words that stay were counted, then the counts are of all', async () => {
  const ids = await Promise.all(Array.from({ length: 60 }, () => create({ full_name: 'Kari Fraførav' })));
  await app.db.pool.query('DELETE FROM word_counts');
  await app.api.put(`${path}/${ids[0]}`, { full_name: 'Kari Etterpå' });
  expect(await differences()).not.toEqual([]);
  const migration = '../prisma/migrations/20261201010000_count_words_from_before/migration.sql';
  await app.db.pool.query(readFileSync(join(import.meta.dirname, migration), 'utf8'));
});

test('when no search_path is set, as while a dump is restored, then what is searched is still made of a contact', async () => {
  const id = await create({ full_name: 'Åse Sørbø', email: 'dump@example.no' });
  const searched = await withConnection(app.databaseUrl, async (client) => {
    await client.query("SET search_path = ''");
    const { rows } = await client.query(
      'SELECT public.search_fold(full_name) AS text FROM public.contacts WHERE id = $1',
      [id],
    );
    return rows;
  });
  expect(searched).toEqual([{ text: ' ase sorbo ' }]);
});
