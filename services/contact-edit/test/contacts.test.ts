import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem, plansAtScale, recordStatements, walk } from '@kontakt/testing';
import { newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function create(given: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await app.api.post(path, newContact(given));
  expect(status).toBe(201);
  return body.contact_id;
}
const stored = (id: string) => app.db.prisma.contact.findUniqueOrThrow({ where: { id } });

describe('create', () => {
  test('when a whole form is sent, then all of it is there to read', async () => {
    const form = newContact({
      phone: '+47 450 12 345',
      address: 'Kongens gate 8\n0153 Oslo',
      date_of_birth: '1990-06-17',
      chapter_affiliations: ['ch-05', 'ch-02', 'ch-05'],
    });
    const { status, headers, body } = await app.api.post(path, form);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...form, chapter_affiliations: ['ch-02', 'ch-05'], save_result: 'success' });
    expect(body.contact_id).toMatch(/^c-\d{5}$/);
    expect(headers.get('location')).toBe(`${path}/${body.contact_id}?context=edit`);
    const { created_at: _c, save_result: _s, ...shown } = body;
    expect((await app.api.get(`${path}/${body.contact_id}`)).body).toEqual(shown);
  });

  test('when only what is needed is sent, then the rest is null and the organisation the configured one', async () => {
    const id = await create();
    expect((await app.api.get(`${path}/${id}`)).body).toMatchObject({
      phone: null,
      address: null,
      date_of_birth: null,
      chapter_affiliations: [],
    });
    expect(await stored(id)).toMatchObject({ orgId: 'org_default', role: 'member', isActive: true });
  });

  test('when organisation and role are sent, then they are kept', async () => {
    const id = await create({ org_id: 'org_x', role: 'peer_mentor' });
    expect(await stored(id)).toMatchObject({ orgId: 'org_x', role: 'peer_mentor' });
  });

  test('when a person has one name, then the full name is that name', async () => {
    const id = await create({ first_name: 'Madonna', last_name: '' });
    expect(await stored(id)).toMatchObject({ firstName: 'Madonna', lastName: '', fullName: 'Madonna' });
  });

  test.each(['912 34 567', '+47 91234567', '22 85 50 50', '+46 8 123 456 78', '004791234567'])(
    'when the phone is %p, then it keeps that form',
    async (phone) => {
      const id = await create({ phone });
      expect((await app.api.get(`${path}/${id}`)).body.phone).toBe(phone);
    },
  );

  test('when many are created at once, then each gets an id of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => create()));
    expect(new Set(ids).size).toBe(20);
  });
});

describe('save', () => {
  test('when some fields are sent, then only these change, and only their registers are stamped', async () => {
    const id = await create({ first_name: 'Ingrid', last_name: 'Solberg', phone: '912 34 567' });
    const before = await stored(id);
    const { status, body } = await app.api.put(`${path}/${id}`, { email: 'ingrid.s@updated.no', first_name: 'Ingrid' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ first_name: 'Ingrid', email: 'ingrid.s@updated.no', phone: '912 34 567' });
    expect(body).not.toHaveProperty('chapter_affiliations');
    const after = await stored(id);
    expect(after.nameStamp).toBe(before.nameStamp);
    expect(after.emailStamp > before.emailStamp).toBe(true);
  });

  test('when null is sent, then the field is emptied', async () => {
    const id = await create({ phone: '912 34 567', address: 'x', date_of_birth: '1990-06-17' });
    const { body } = await app.api.put(`${path}/${id}`, { phone: null, address: null, date_of_birth: null });
    expect(body).toMatchObject({ phone: null, address: null, date_of_birth: null });
  });

  test('when nothing is different, then nothing changes', async () => {
    const form = newContact({ phone: '912 34 567', date_of_birth: '1990-06-17' });
    const { body } = await app.api.post(path, form);
    const before = await stored(body.contact_id);
    await app.api.put(`${path}/${body.contact_id}`, form);
    expect(await stored(body.contact_id)).toEqual(before);
  });

  test('when If-Match is stale, then 412 and nothing is saved', async () => {
    const id = await create();
    const tag = (await app.api.get(`${path}/${id}`)).headers.get('etag') ?? '';
    const saved = await app.api.put(`${path}/${id}`, { address: 'New' }, { 'If-Match': tag });
    expect(saved.status).toBe(200);
    expect(saved.headers.get('etag')).toBe((await app.api.get(`${path}/${id}`)).headers.get('etag'));
    expectProblem(await app.api.put(`${path}/${id}`, { address: 'Late' }, { 'If-Match': tag }), 412);
    expectProblem(
      await app.api.put(`${path}/${id}/chapter-affiliations`, { chapter_ids: [] }, { 'If-Match': tag }),
      412,
    );
    expectProblem(await app.api.delete(`${path}/${id}`, { 'If-Match': tag }), 412);
    expect((await app.api.get(`${path}/${id}`)).body.address).toBe('New');
  });
});

describe('chapter affiliations', () => {
  const put = (id: string, chapter_ids: unknown) => app.api.put(`${path}/${id}/chapter-affiliations`, { chapter_ids });

  test('when a list is sent, then the list is exactly that, oldest first', async () => {
    const id = await create({ chapter_affiliations: ['ch-07', 'ch-01'] });
    const { status, body } = await put(id, ['ch-04', 'ch-01', 'ch-01']);
    expect(status).toBe(200);
    expect(body).toEqual({
      contact_id: id,
      chapter_affiliations: ['ch-01', 'ch-04'],
      updated_at: expect.stringMatching(/Z$/),
      save_result: 'success',
    });
    expect((await app.api.get(`${path}/${id}`)).body.chapter_affiliations).toEqual(['ch-01', 'ch-04']);
  });

  test('when a chapter is left and joined again, then it begins anew; one that stays is not touched', async () => {
    const id = await create({ chapter_affiliations: ['ch-01', 'ch-02'] });
    const membership = (chapterId: string) =>
      app.db.prisma.membership.findUniqueOrThrow({ where: { contactId_chapterId: { contactId: id, chapterId } } });
    const [first, second] = [await membership('ch-01'), await membership('ch-02')];
    await put(id, ['ch-02']);
    expect(await membership('ch-01')).toMatchObject({ status: 'removed' });
    await put(id, ['ch-02', 'ch-01']);
    expect((await membership('ch-01')).joinedAt > first.joinedAt).toBe(true);
    expect(await membership('ch-02')).toEqual(second);
  });

  test('when an inactive membership is in the list, then it is active again since it began', async () => {
    const id = await create({ chapter_affiliations: ['ch-01'] });
    const key = { contactId_chapterId: { contactId: id, chapterId: 'ch-01' } };
    const { joinedAt } = await app.db.prisma.membership.update({ where: key, data: { status: 'inactive' } });
    expect((await app.api.get(`${path}/${id}`)).body.chapter_affiliations).toEqual([]);
    await put(id, ['ch-01']);
    expect(await app.db.prisma.membership.findUniqueOrThrow({ where: key })).toMatchObject({
      status: 'active',
      joinedAt,
    });
  });

  test('when the list is what is there, then nothing changes', async () => {
    const id = await create({ chapter_affiliations: ['ch-01'] });
    const before = await stored(id);
    await put(id, ['ch-01']);
    expect(await stored(id)).toEqual(before);
  });

  test('when two replace the list at once, then one of the two lists is the result', async () => {
    const id = await create();
    await Promise.all([put(id, ['ch-01', 'ch-02']), put(id, ['ch-03'])]);
    const { chapter_affiliations } = (await app.api.get(`${path}/${id}`)).body;
    expect([['ch-01', 'ch-02'], ['ch-03']]).toContainEqual(chapter_affiliations);
  });

  test('when the list is empty, then there are none', async () => {
    const id = await create({ chapter_affiliations: ['ch-01'] });
    expect((await put(id, [])).body.chapter_affiliations).toEqual([]);
  });

  test('when the contact is unknown, then 404', async () => {
    expectProblem(await put('c-99999', []), 404);
  });
});

describe('delete', () => {
  test('when a contact is deleted, then it is gone and nothing about the person remains', async () => {
    const id = await create({
      first_name: 'Gone',
      phone: '912 34 567',
      address: 'Farewell 1',
      date_of_birth: '1990-06-17',
      chapter_affiliations: ['ch-01'],
    });
    const { body } = await app.api.delete(`${path}/${id}`);
    expect(body).toEqual({ contact_id: id, deleted: true, deleted_at: expect.stringMatching(/^\d{4}-.*Z$/) });
    for (const response of [
      await app.api.get(`${path}/${id}`),
      await app.api.put(`${path}/${id}`, { phone: null }),
      await app.api.put(`${path}/${id}/chapter-affiliations`, { chapter_ids: [] }),
      await app.api.delete(`${path}/${id}`),
    ]) {
      expectProblem(response, 404);
    }
    const { rows } = await app.db.pool.query('SELECT contacts::text AS row FROM contacts WHERE id = $1', [id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/gone|912|farewell|1990|example/i);
    expect(await app.db.prisma.membership.count({ where: { contactId: id } })).toBe(0);
  });
});

describe('the list', () => {
  test('when nothing is asked for, then the newest come first with the documented fields', async () => {
    const id = await create({ phone: '912 34 567', org_id: 'org_list' });
    await create({ org_id: 'org_list' });
    const { body } = await app.api.get(`${path}?org_id=org_list`);
    expect(body.pagination).toEqual({ page: 1, limit: 20, total: 2 });
    expect(body.data[1]).toMatchObject({ contact_id: id, phone: '912 34 567' });
    expect(Object.keys(body.data[1])).toEqual([
      'contact_id',
      'first_name',
      'last_name',
      'email',
      'phone',
      'updated_at',
    ]);
  });

  test('when sorted by name, then in Norwegian order', async () => {
    for (const first_name of ['Åse', 'Ærlig', 'Zoë', 'Aasta', 'Ørnulf', 'Ane']) {
      await create({ first_name, last_name: 'X', org_id: 'org_sort' });
    }
    const { body } = await app.api.get(`${path}?org_id=org_sort&sort=name`);
    const names = body.data.map(({ first_name }: { first_name: string }) => first_name);
    expect(names).toEqual(['Ane', 'Zoë', 'Ærlig', 'Ørnulf', 'Åse', 'Aasta']);
  });

  test('when the page is past the end, then it is empty and the total is right', async () => {
    await create({ org_id: 'org_past' });
    expect((await app.api.get(`${path}?org_id=org_past&page=3`)).body).toEqual({
      data: [],
      pagination: { page: 3, limit: 20, total: 1 },
    });
  });

  test.each(['created_at', '-created_at', 'name', '-name'])(
    'when it is walked by cursor, sorted by %s, then everybody comes once, in the order of the pages',
    async (sort) => {
      const org_id = `org_walked_${sort}`;
      for (const first_name of ['Ane', 'Bo', 'Bo', 'Åse', 'Bo', 'Ærlig', 'Ane']) await create({ first_name, org_id });
      const url = `${path}?org_id=${org_id}&sort=${sort}`;
      const { ids, pages } = await walk(app.api, `${url}&limit=3`);
      expect(ids).toEqual((await app.api.get(url)).body.data.map((one: { contact_id: string }) => one.contact_id));
      expect({ pages, count: ids.length }).toEqual({ pages: [1, 2, 3], count: 7 });
    },
  );

  test('when contacts begin, move and go at once, then the totals are what there is', async () => {
    const orgs = ['org_count_a', 'org_count_b', 'org_count_c'];
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const id = await create({ org_id: orgs[i % 3] });
        if (i % 2) await app.api.put(`${path}/${id}`, { org_id: orgs[(i + 1) % 3] });
        if (i % 5 === 0) await app.api.delete(`${path}/${id}`);
      }),
    );
    for (const org of orgs) {
      const { rows } = await app.db.pool.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM contacts WHERE org_id = $1 AND deleted_stamp = ''",
        [org],
      );
      expect((await app.api.get(`${path}?org_id=${org}`)).body.pagination.total).toBe(rows[0]?.n);
    }
  });

  test('when a page is longer, then it takes no more statements', async () => {
    expect(await recordStatements(() => app.api.get(`${path}?limit=1`))).toHaveLength(1);
    expect(await recordStatements(() => app.api.get(`${path}?limit=50`))).toHaveLength(1);
  });

  test.each(['', 'sort=name', 'sort=-name', 'sort=created_at'])(
    'when asked for %p, then an index has the order',
    async (sort) => {
      for (const query of [sort, `${sort}&org_id=org_a`]) {
        const statements = await recordStatements(() => app.api.get(`${path}?${query}`));
        for (const plan of await plansAtScale(app.db.pool, statements)) {
          // What is sorted are the rows of the page; below its limit an index has them in order.
          const [, below] = plan.split('Limit');
          expect(below).toMatch(/Index (Only )?Scan/);
          expect(below).not.toMatch(/Seq Scan|Sort/);
        }
      }
    },
  );
});

describe('Idempotency-Key', () => {
  const headers = (key: string) => ({ 'Idempotency-Key': key });

  test('when a request is repeated with its key, then it creates once and answers the same', async () => {
    const body = newContact();
    const first = await app.api.post(path, body, headers('once'));
    const again = await app.api.post(path, body, headers('once'));
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  test('when it is sent many times at once, then it creates once', async () => {
    const body = newContact();
    const answers = await Promise.all(Array.from({ length: 6 }, () => app.api.post(path, body, headers('at-once'))));
    expect(new Set(answers.map(({ status, body: created }) => `${status} ${created.contact_id}`)).size).toBe(1);
  });

  test('when the key comes back with another body, then 409 and nothing is created', async () => {
    await app.api.post(path, newContact(), headers('reused'));
    const { total } = (await app.api.get(path)).body.pagination;
    expectProblem(await app.api.post(path, newContact(), headers('reused')), 409);
    expect((await app.api.get(path)).body.pagination.total).toBe(total);
  });

  test('when a request fails, then its key is not used up', async () => {
    expectProblem(await app.api.post(path, {}, headers('failed')), 400);
    expect((await app.api.post(path, newContact(), headers('failed'))).status).toBe(201);
  });

  test.each(['', 'a b', 'å', 'x'.repeat(256)])('when the key is %p, then 400 names the header', async (key) => {
    const { body } = expectProblem(await app.api.post(path, newContact(), headers(key)), 400);
    expect(body.errors).toEqual([{ in: 'header', path: 'idempotency-key', message: expect.any(String) }]);
  });
});

test('when memberships wait for a contact that nobody has created, then a new contact does not get its id', async () => {
  const first = (await app.api.post(path, newContact())).body.contact_id;
  const number = Number(first.slice(2));
  const next = `c-${String(number + 1).padStart(5, '0')}`;
  const membership = { contactId: next, chapterId: 'ch-of-others', status: 'active', joinedAt: new Date(), stamp: '1' };
  await app.db.pool.query(
    'INSERT INTO memberships (contact_id, chapter_id, status, joined_at, stamp) VALUES ($1, $2, $3, $4, $5)',
    Object.values(membership),
  );
  const { status, body } = await app.api.post(path, newContact({ chapter_affiliations: ['ch-of-others'] }));
  expect(status).toBe(201);
  expect(body.contact_id).not.toBe(next);
  expect(body.chapter_affiliations).toEqual(['ch-of-others']);
});
