import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function counts(orgId: string): Promise<Record<string, number>> {
  const { rows } = await app.db.pool.query<{ what: string; n: number }>(
    `SELECT CASE WHEN peer_mentors THEN 'mentors ' ELSE '' END || prefix AS what, sum(n)::int AS n
     FROM contact_counts WHERE org_id = $1 GROUP BY 1 HAVING sum(n) <> 0`,
    [orgId],
  );
  return Object.fromEntries(rows.map(({ what, n }) => [what, n]));
}

const create = async (fields: object): Promise<string> => {
  const { status, body } = await app.api.post(path, newContact({ ...fields }));
  expect(status).toBe(201);
  return `${path}/${body.id}`;
};

test('when contacts come, change and go, then each is counted once for all, one and two letters', async () => {
  const org_id = 'org_counts';
  const kari = await create({ full_name: 'Kari Kvam', email: 'kari@kk.no', org_id });
  expect(await counts(org_id)).toEqual({ '': 1, k: 1, ka: 1, kk: 1, kv: 1, n: 1, no: 1 });

  const mentor = { full_name: 'Per Li', email: 'p@kk.no', org_id, role: 'peer_mentor', specialty: 'Sorg' };
  const per = await create(mentor);
  const both = { '': 2, k: 2, ka: 1, kk: 2, kv: 1, l: 1, li: 1, n: 2, no: 2, p: 1, pe: 1, s: 1, so: 1 };
  const mentors = { k: 1, kk: 1, l: 1, li: 1, n: 1, no: 1, p: 1, pe: 1, s: 1, so: 1 };
  const ofMentors = Object.fromEntries(
    Object.entries({ '': 1, ...mentors }).map(([word, n]) => [`mentors ${word}`, n]),
  );
  expect(await counts(org_id)).toEqual({ ...both, ...ofMentors });

  await app.api.put(per, { role: 'member' });
  expect(await counts(org_id)).toEqual({ '': 2, k: 2, ka: 1, kk: 2, kv: 1, l: 1, li: 1, n: 2, no: 2, p: 1, pe: 1 });

  await app.api.put(kari, { org_id: 'org_counts_other', full_name: 'Eva Kvam' });
  expect(await counts(org_id)).toEqual({ '': 1, k: 1, kk: 1, l: 1, li: 1, n: 1, no: 1, p: 1, pe: 1 });
  expect(await counts('org_counts_other')).toEqual({ '': 1, e: 1, ev: 1, k: 1, ka: 1, kk: 1, kv: 1, n: 1, no: 1 });

  await app.api.delete(per);
  expect(await counts(org_id)).toEqual({});
});

test('when a contact changes in nothing that is searched or counted, then the counts are not written', async () => {
  const contact = await create({ org_id: 'org_counts_still' });
  const written = `SELECT array_agg(xmin::text || ' ' || n ORDER BY prefix, shard) AS rows FROM contact_counts
    WHERE org_id = 'org_counts_still'`;
  const before = await app.db.pool.query(written);
  expect((await app.api.put(contact, { is_active: false })).status).toBe(200);
  expect((await app.db.pool.query(written)).rows).toEqual(before.rows);
});

test('when many write at the same time, then the counts are exact', async () => {
  const org_id = 'org_counts_many';
  const contacts = await Promise.all(Array.from({ length: 24 }, () => create({ org_id })));
  await Promise.all(
    contacts.map((contact, i) => (i % 2 ? app.api.delete(contact) : app.api.put(contact, { email: `x${i}@y.no` }))),
  );
  expect(await counts(org_id)).toMatchObject({ '': 12, y: 12 });
});

test('when one statement writes, moves and deletes many, then the counts are exact', async () => {
  const org = `org_id = 'org_counts_bulk'`;
  await app.db.pool.query(
    `INSERT INTO contacts (id, first_name, last_name, full_name, name_stamp, email, email_stamp, org_id, org_id_stamp, role,
       role_stamp, is_active, is_active_stamp, specialty_stamp, available, available_stamp, deleted_stamp, created_at, updated_at)
     SELECT 'bulk-' || i, '', '', 'Bulk', '', 'b' || i || '@bulk.no', '', 'org_counts_bulk', '', 'member', '', true, '',
       '', true, '', '', now(), now() FROM generate_series(1, 300) AS i`,
  );
  expect(await counts('org_counts_bulk')).toMatchObject({ '': 300, b: 300, bu: 300, b1: 111 });
  await app.db.pool.query(`UPDATE contacts SET org_id = 'org_counts_moved' WHERE ${org} AND id > 'bulk-2'`);
  await app.db.pool.query(`DELETE FROM contacts WHERE ${org}`);
  expect(await counts('org_counts_bulk')).toEqual({});
  const moved = await counts('org_counts_moved');
  expect(moved).toMatchObject({ '': 188, bu: 188, n: 188, b2: 110, b9: 11 });
  expect(moved).not.toHaveProperty('b1');
});
