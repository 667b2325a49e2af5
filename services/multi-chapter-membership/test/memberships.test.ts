import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { never } from '@kontakt/convergence';
import { expectProblem, plansAtScale, recordStatements, walk } from '@kontakt/testing';
import { internalToken, newMembership, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function add(given: Record<string, unknown> = {}) {
  const { status, body } = await app.api.post(path, newMembership(given));
  expect(status).toBe(201);
  return body;
}

/** As an event will: a contact becomes known. */
function makeKnown(id: string, given: { fullName?: string | null; orgId?: string | null; deletedStamp?: string }) {
  const registers = { nameStamp: never, orgIdStamp: never, deletedStamp: never, ...given };
  return app.db.prisma.contact.upsert({ where: { id }, create: { id, ...registers }, update: registers });
}

describe('add', () => {
  test('when a contact nobody knows is added, then it is a member', async () => {
    const { status, headers, body } = await app.api.post(path, newMembership({ contact_id: 'contact-never-seen' }));
    expect(status).toBe(201);
    expect(body).toMatchObject({ contact_id: 'contact-never-seen', chapter_id: 'chapter-test', status: 'active' });
    expect(body.id).toMatch(/^ccm-\d{3,}$/);
    expect(body.created_at).toBe(body.joined_at);
    expect(headers.get('location')).toBe(`${path}/${body.id}`);
    const { created_at: _, ...shown } = body;
    expect((await app.api.get(`${path}/${body.id}`)).body).toEqual(shown);
  });

  test.each(['active', 'inactive'])(
    'when it is there already and %s, then 409 names the existing one',
    async (status) => {
      const membership = newMembership();
      const { id } = await add(membership);
      await app.api.put(`${path}/${id}`, { status });
      const { body } = expectProblem(await app.api.post(path, membership), 409);
      expect(body.existing_id).toBe(id);
    },
  );

  test('when it was removed, then it can be added anew and gets a new id', async () => {
    const membership = newMembership();
    const first = await add(membership);
    await app.api.delete(`${path}/${first.id}`);
    const second = await add(membership);
    expect(second.id).not.toBe(first.id);
    expectProblem(await app.api.get(`${path}/${first.id}`), 404);
    expect((await app.api.get(`${path}/by-contact/${membership.contact_id}`)).body.pagination.total).toBe(1);
  });

  test('when the same is added many times at once, then exactly one succeeds', async () => {
    const membership = newMembership();
    // A contact that is there already: otherwise its insert alone would make them take turns.
    await add({ contact_id: membership.contact_id, chapter_id: 'chapter-other' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.api.post(path, membership)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  });

  test('when different chapters are added at once, then the contact is in all of them', async () => {
    const contact_id = 'contact-in-many';
    const chapters = Array.from({ length: 8 }, (_, i) => `chapter-${i}`);
    await Promise.all(chapters.map((chapter_id) => add({ contact_id, chapter_id })));
    expect((await app.api.get(`${path}/by-contact/${contact_id}`)).body.pagination.total).toBe(8);
  });

  test('when the contact was deleted, then it is refused', async () => {
    await makeKnown('contact-deleted', { fullName: null, deletedStamp: 'x' });
    const { body } = expectProblem(await app.api.post(path, newMembership({ contact_id: 'contact-deleted' })), 400);
    expect(body.errors).toEqual([{ in: 'body', path: 'contact_id', message: 'names a contact that was deleted' }]);
  });
});

describe('update', () => {
  test('when the status is changed, then it is, and the rest stays', async () => {
    const { created_at: _, ...membership } = await add();
    const { status, body } = await app.api.put(`${path}/${membership.id}`, { status: 'inactive' });
    expect(status).toBe(200);
    expect(body).toEqual({ ...membership, status: 'inactive', updated_at: expect.stringMatching(/Z$/) });
    expect((await app.api.put(`${path}/${membership.id}`, { status: 'active' })).body).toMatchObject(membership);
  });

  test('when the status is what it was, then nothing changes', async () => {
    const { id } = await add();
    const before = await app.db.prisma.membership.findUniqueOrThrow({ where: { id } });
    await app.api.put(`${path}/${id}`, { status: 'active' });
    expect(await app.db.prisma.membership.findUniqueOrThrow({ where: { id } })).toEqual(before);
  });

  test('when If-Match is stale, then 412', async () => {
    const { id } = await add();
    const tag = (await app.api.get(`${path}/${id}`)).headers.get('etag') ?? '';
    expect((await app.api.put(`${path}/${id}`, { status: 'inactive' }, { 'If-Match': tag })).status).toBe(200);
    expectProblem(await app.api.put(`${path}/${id}`, { status: 'active' }, { 'If-Match': tag }), 412);
    expectProblem(await app.api.delete(`${path}/${id}`, { 'If-Match': tag }), 412);
  });
});

describe('remove', () => {
  test('when a membership is removed, then it is gone from every view', async () => {
    const { id, contact_id } = await add({ chapter_id: 'chapter-left' });
    expect((await app.api.delete(`${path}/${id}`)).body).toEqual({ deleted: true, id });
    expectProblem(await app.api.get(`${path}/${id}`), 404);
    expectProblem(await app.api.put(`${path}/${id}`, { status: 'active' }), 404);
    expectProblem(await app.api.delete(`${path}/${id}`), 404);
    expect((await app.api.get(`${path}/by-contact/${contact_id}`)).body.data).toEqual([]);
    expect((await app.api.get(`${path}/by-chapter/chapter-left`)).body.data).toEqual([]);
  });
});

describe('by contact', () => {
  test('when a chapter was never named, then it shows a readable form of its id, else its name', async () => {
    const contact_id = 'contact-by-contact';
    await add({ contact_id, chapter_id: 'chapter-oslo' });
    await add({ contact_id, chapter_id: 'ch-42', chapter_name: 'Indre Østfold' });
    const { body } = await app.api.get(`${path}/by-contact/${contact_id}`);
    expect(body.data.map((m: { chapter_name: string }) => m.chapter_name)).toEqual(['Indre Østfold', 'Oslo Chapter']);
    await add({ chapter_id: 'ch-42', chapter_name: 'Ytre Østfold' });
    await add({ chapter_id: 'ch-42' });
    const renamed = await app.api.get(`${path}/by-contact/${contact_id}`);
    expect(renamed.body.data[0].chapter_name).toBe('Ytre Østfold');
  });

  test('when the contact is in no chapter, or unknown, then the list is empty', async () => {
    expect((await app.api.get(`${path}/by-contact/contact-nowhere`)).body).toEqual({
      data: [],
      pagination: { page: 1, limit: 20, total: 0 },
    });
  });
});

describe('by chapter', () => {
  test('when a contact is known, then its name is there, else null', async () => {
    await makeKnown('contact-known', { fullName: 'Marta Lindqvist' });
    await add({ contact_id: 'contact-known', chapter_id: 'chapter-names' });
    await add({ contact_id: 'contact-not-known', chapter_id: 'chapter-names' });
    const { body } = await app.api.get(`${path}/by-chapter/chapter-names`);
    expect(body.data.map((m: { contact_name: string | null }) => m.contact_name)).toEqual([null, 'Marta Lindqvist']);
  });
});

describe('the lists', () => {
  beforeAll(async () => {
    for (let i = 0; i < 25; i++) await add({ contact_id: `contact-list-${i}`, chapter_id: 'chapter-list' });
    await makeKnown('contact-list-3', { orgId: 'org_three' });
  });

  test.each([path, `${path}/by-chapter/chapter-list`])(
    'when %s is read, then newest first and 20 a page',
    async (list) => {
      const { body } = await app.api.get(list);
      expect(body.data).toHaveLength(20);
      expect(body.data[0].contact_id).toBe('contact-list-24');
      const last = Math.ceil(body.pagination.total / 20) + 1;
      expect((await app.api.get(`${list}?page=${last}`)).body).toEqual({
        data: [],
        pagination: { page: last, limit: 20, total: body.pagination.total },
      });
    },
  );

  test('when sorted by when they began, then oldest or newest first', async () => {
    const list = `${path}/by-chapter/chapter-list`;
    expect((await app.api.get(`${list}?sort=joined_at&limit=1`)).body.data[0].contact_id).toBe('contact-list-0');
    expect((await app.api.get(`${list}?sort=-joined_at&limit=1`)).body.data[0].contact_id).toBe('contact-list-24');
  });

  test('when an organisation is named, then only memberships of its contacts are there', async () => {
    for (const list of [path, `${path}/by-chapter/chapter-list`, `${path}/by-contact/contact-list-3`]) {
      const { body } = await app.api.get(`${list}?org_id=org_three`);
      expect(body.data.map((m: { contact_id: string }) => m.contact_id)).toEqual(['contact-list-3']);
      expect(body.pagination.total).toBe(1);
    }
  });

  test.each(['created_at', '-created_at', 'joined_at', '-joined_at'])(
    'when they are walked by cursor, sorted by %s, then all come once, in the order of the pages',
    async (sort) => {
      for (const list of [path, `${path}/by-chapter/chapter-list`, `${path}/by-contact/contact-list-3`]) {
        const { ids } = await walk(app.api, `${list}?sort=${sort}&limit=7`);
        const { body } = await app.api.get(`${list}?sort=${sort}&limit=100`);
        expect(ids).toEqual(body.data.map(({ id }: { id: string }) => id));
        expect(ids).toHaveLength(body.pagination.total);
      }
    },
  );

  test('when memberships begin and end at once, then the totals are what there is', async () => {
    await Promise.all(
      Array.from({ length: 24 }, async (_, i) => {
        const { id } = await add({ contact_id: `contact-count-${i}`, chapter_id: `chapter-count-${i % 2}` });
        if (i % 3 === 0) await app.api.delete(`${path}/${id}`);
        if (i % 6 === 0) await add({ contact_id: `contact-count-${i}`, chapter_id: `chapter-count-${i % 2}` });
      }),
    );
    const total = async (list: string) => (await app.api.get(list)).body.pagination.total;
    expect(await total(`${path}/by-chapter/chapter-count-0`)).toBe(12);
    expect(await total(`${path}/by-chapter/chapter-count-1`)).toBe(8);
    const { rows } = await app.db.pool.query("SELECT count(*)::int AS n FROM memberships WHERE status <> 'removed'");
    expect(rows).toEqual([{ n: await total(path) }]);
  });

  test('when a page is longer, then it takes no more statements', async () => {
    for (const list of [path, `${path}/by-chapter/chapter-list`]) {
      const short = await recordStatements(() => app.api.get(`${list}?limit=2`));
      const long = await recordStatements(() => app.api.get(`${list}?limit=100`));
      expect(long).toHaveLength(short.length);
      expect(short.length).toBeLessThanOrEqual(4);
    }
  });
});

test.each([
  ['', 'the list'],
  ['/by-contact/contact-list-3', 'by contact'],
  ['/by-chapter/chapter-list', 'by chapter'],
])('when %p is read (%s), then an index has the order', async (list) => {
  for (const sort of ['', 'sort=created_at', 'sort=-joined_at', 'sort=joined_at']) {
    const statements = await recordStatements(() => app.api.get(`${path}${list}?${sort}`));
    const pages = statements.filter(({ text }) => text.includes('ORDER BY'));
    expect(pages).toHaveLength(1);
    for (const plan of await plansAtScale(app.db.pool, pages)) {
      // What is sorted are the rows of the page; below its limit an index has them in order.
      const [, below] = plan.split('Limit');
      expect(below).toMatch(/Index (Only )?Scan/);
      expect(below).not.toMatch(/Seq Scan|Sort/);
    }
  }
});

test('when another service asks, then it gets all registers, removed ones too, but only with the token', async () => {
  const contact_id = 'contact-internal';
  await add({ contact_id, chapter_id: 'ch-1' });
  const { id } = await add({ contact_id, chapter_id: 'ch-2' });
  await app.api.delete(`${path}/${id}`);
  const url = `/internal/contacts/${contact_id}/memberships`;
  expectProblem(await app.api.get(url), 401);
  const { body } = await app.api.get(url, { Authorization: `Bearer ${internalToken}` });
  expect(body.memberships).toHaveLength(2);
  expect(body.memberships).toContainEqual({
    chapterId: 'ch-2',
    status: 'removed',
    joinedAt: expect.any(String),
    stamp: expect.stringMatching(/-mm\.test$/),
  });
});

describe('Idempotency-Key', () => {
  const headers = (key: string) => ({ 'Idempotency-Key': key });

  test('when a request is repeated with its key, then it creates once and answers the same', async () => {
    const body = newMembership();
    const first = await app.api.post(path, body, headers('once'));
    const again = await app.api.post(path, body, headers('once'));
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  test('when it is sent many times at once, then it creates once', async () => {
    const body = newMembership();
    const answers = await Promise.all(Array.from({ length: 6 }, () => app.api.post(path, body, headers('at-once'))));
    expect(new Set(answers.map(({ status, body: created }) => `${status} ${created.id}`)).size).toBe(1);
  });

  test('when the key comes back with another body, then 409 and nothing is created', async () => {
    await app.api.post(path, newMembership(), headers('reused'));
    const { total } = (await app.api.get(path)).body.pagination;
    expectProblem(await app.api.post(path, newMembership(), headers('reused')), 409);
    expect((await app.api.get(path)).body.pagination.total).toBe(total);
  });

  test('when a request fails, then its key is not used up', async () => {
    expectProblem(await app.api.post(path, {}, headers('failed')), 400);
    expect((await app.api.post(path, newMembership(), headers('failed'))).status).toBe(201);
  });

  test.each(['', 'a b', 'å', 'x'.repeat(256)])('when the key is %p, then 400 names the header', async (key) => {
    const { body } = expectProblem(await app.api.post(path, newMembership(), headers(key)), 400);
    expect(body.errors).toEqual([{ in: 'header', path: 'idempotency-key', message: expect.any(String) }]);
  });
});
