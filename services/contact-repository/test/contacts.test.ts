import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem } from '@kontakt/testing';
import { internalToken, newContact, path, startApp } from './start-app.ts';

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function create(given: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await app.api.post(path, newContact(given));
  expect(status).toBe(201);
  return body.id;
}

describe('create', () => {
  test('when a contact is created, then it has an id, a location and can be read', async () => {
    const { status, headers, body } = await app.api.post(path, newContact({ full_name: 'Lars Haugen' }));
    expect(status).toBe(201);
    expect(body).toMatchObject({ full_name: 'Lars Haugen', is_active: true, role: 'member' });
    expect(body.id).toMatch(/^usr_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(headers.get('location')).toBe(`${path}/${body.id}`);
    expect((await app.api.get(`${path}/${body.id}`)).body).toEqual(body);
  });

  test.each([
    ['emoji', 'Åse 🧡 Ødegård'],
    ['a right-to-left name', 'محمد علي'],
    ['SQL', "Robert'); DROP TABLE contacts;--"],
    ['a script', '<script>alert(1)</script>'],
    ['percent signs', '100% _underline_'],
  ])('when a name holds %s, then it is plain text', async (_what, name) => {
    const id = await create({ full_name: name });
    expect((await app.api.get(`${path}/${id}`)).body.full_name).toBe(name);
  });

  test('when a name has stray white space and decomposed letters, then it is stored tidy', async () => {
    const id = await create({ full_name: '  A\u030Ase \t  Berg ' });
    expect((await app.api.get(`${path}/${id}`)).body.full_name).toBe('Åse Berg');
  });
});

describe('update', () => {
  test('when some fields are sent, then only these change', async () => {
    const id = await create({ full_name: 'Ane Berg' });
    const { status, body } = await app.api.put(`${path}/${id}`, { email: 'new@org.no', is_active: false });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, full_name: 'Ane Berg', email: 'new@org.no', is_active: false });
    const stored = await app.db.prisma.contact.findUniqueOrThrow({ where: { id } });
    expect(stored.emailStamp > stored.nameStamp).toBe(true);
    expect(stored.emailStamp).toBe(stored.isActiveStamp);
  });

  test('when the value is the one that is there, then neither stamp nor time change', async () => {
    const id = await create({ full_name: 'Ane Berg' });
    const before = await app.db.prisma.contact.findUniqueOrThrow({ where: { id } });
    expect((await app.api.put(`${path}/${id}`, { full_name: 'Ane Berg' })).status).toBe(200);
    expect(await app.db.prisma.contact.findUniqueOrThrow({ where: { id } })).toEqual(before);
  });

  test('when the full name already is the stored pair, then the pair stays as it was entered', async () => {
    const id = await create({ full_name: 'Anne Marie van Dijk' });
    const pair = { firstName: 'Anne Marie', lastName: 'van Dijk' };
    await app.db.prisma.contact.update({ where: { id }, data: pair });
    await app.api.put(`${path}/${id}`, { full_name: 'Anne Marie van Dijk', role: 'board' });
    expect(await app.db.prisma.contact.findUniqueOrThrow({ where: { id } })).toMatchObject(pair);
  });

  test('when two write different fields at once, then both changes stay', async () => {
    const id = await create();
    await Promise.all([
      app.api.put(`${path}/${id}`, { email: 'both@org.no' }),
      app.api.put(`${path}/${id}`, { role: 'coordinator' }),
      app.api.put(`${path}/${id}`, { full_name: 'Both Changed' }),
    ]);
    const { body } = await app.api.get(`${path}/${id}`);
    expect(body).toMatchObject({ email: 'both@org.no', role: 'coordinator', full_name: 'Both Changed' });
  });

  test('when If-Match is the tag that was read, then the change is made, else 412', async () => {
    const id = await create();
    const tag = (await app.api.get(`${path}/${id}`)).headers.get('etag') ?? '';
    const changed = await app.api.put(`${path}/${id}`, { role: 'board' }, { 'If-Match': tag });
    expect(changed.status).toBe(200);
    expectProblem(await app.api.put(`${path}/${id}`, { role: 'member' }, { 'If-Match': tag }), 412);
    const next = await app.api.put(
      `${path}/${id}`,
      { role: 'coordinator' },
      { 'If-Match': changed.headers.get('etag') ?? '' },
    );
    expect(next.status).toBe(200);
    expectProblem(await app.api.delete(`${path}/${id}`, { 'If-Match': tag }), 412);
  });

  test('when only the profile of a peer mentor changed, then the tag is stale, too', async () => {
    const id = await create({ role: 'peer_mentor' });
    const tag = (await app.api.get(`${path}/${id}`)).headers.get('etag') ?? '';
    await app.api.put(`${path}/${id}`, { specialty: 'First' });
    expectProblem(await app.api.put(`${path}/${id}`, { specialty: 'Late' }, { 'If-Match': tag }), 412);
  });

  test('when another instance with a clock that is ahead wrote before, then a write is still a write, and later', async () => {
    const id = await create({ role: 'member' });
    const ahead = await app.startInstance({ wallClock: () => Date.now() + 3_000 });
    try {
      await ahead.api.put(`${path}/${id}`, { email: 'ahead@org.no' });
      expect((await app.api.put(`${path}/${id}`, { role: 'coordinator', email: 'later@org.no' })).body).toMatchObject({
        role: 'coordinator',
        email: 'later@org.no',
      });
    } finally {
      await ahead.stop();
    }
    const { emailStamp } = await app.db.prisma.contact.findUniqueOrThrow({ where: { id } });
    expect(Number(emailStamp.slice(0, 13))).toBeGreaterThan(Date.now() + 1_000);
  });

  test('when nothing changed since, then a conditional read is a 304', async () => {
    const id = await create();
    const tag = (await app.api.get(`${path}/${id}`)).headers.get('etag') ?? '';
    expect((await app.api.get(`${path}/${id}`, { 'If-None-Match': tag, 'Cache-Control': 'max-age=0' })).status).toBe(
      304,
    );
  });
});

describe('delete', () => {
  test('when a contact is deleted, then it is gone everywhere and nothing about the person remains', async () => {
    const id = await create({ full_name: 'Gone Forever', role: 'peer_mentor', specialty: 'Farewell' });
    expect((await app.api.delete(`${path}/${id}`)).body).toEqual({ success: true, deleted_id: id });

    expectProblem(await app.api.get(`${path}/${id}`), 404);
    expectProblem(await app.api.put(`${path}/${id}`, { role: 'member' }), 404);
    expectProblem(await app.api.delete(`${path}/${id}`), 404);
    expect((await app.api.get(`${path}/search?q=gone+forever`)).body.pagination.total).toBe(0);
    const { rows } = await app.db.pool.query('SELECT contacts::text AS row FROM contacts WHERE id = $1', [id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/gone|forever|farewell|example/i);
  });

  test('when a contact was never there, then deleting it is a 404', async () => {
    expectProblem(await app.api.delete(`${path}/usr_unknown`), 404);
  });
});

describe('peer mentors', () => {
  test('when the role goes and comes back, then so does the same profile', async () => {
    const id = await create({ role: 'peer_mentor', specialty: 'Kreft', available: false });
    const profile = async () =>
      (await app.api.get(`${path}/peer-mentors?limit=100`)).body.data.find(
        (p: { contact_id: string }) => p.contact_id === id,
      );
    const first = await profile();
    expect(first).toMatchObject({ contact_id: id, specialty: 'Kreft', available: false });
    expect(first.id).toMatch(/^pm_[0-9A-HJKMNP-TV-Z]{26}$/);

    await app.api.put(`${path}/${id}`, { role: 'member' });
    expect(await profile()).toBeUndefined();
    expectProblem(await app.api.get(`${path}/peer-mentors/${first.id}`), 404);

    await app.api.put(`${path}/${id}`, { role: 'peer_mentor' });
    expect(await profile()).toEqual(first);
    expect((await app.api.get(`${path}/peer-mentors/${first.id}`)).body).toMatchObject(first);
  });

  test('when specialty is not given, then it is null and the mentor is available', async () => {
    const id = await create({ role: 'peer_mentor' });
    const { data } = (await app.api.get(`${path}/peer-mentors?limit=100`)).body;
    expect(data.find((p: { contact_id: string }) => p.contact_id === id)).toMatchObject({
      specialty: null,
      available: true,
    });
  });

  test('when peer-mentor fields are sent for another role, then 400 names them', async () => {
    const { body } = expectProblem(await app.api.post(path, newContact({ specialty: 'x', available: true })), 400);
    expect(body.errors.map((e: { path: string }) => e.path)).toEqual(['specialty', 'available']);
    const id = await create();
    expectProblem(await app.api.put(`${path}/${id}`, { specialty: 'x' }), 400);
    expect((await app.api.put(`${path}/${id}`, { specialty: 'x', role: 'peer_mentor' })).status).toBe(200);
  });
});

describe('the internal interface', () => {
  test('when the token is missing or wrong, then 401', async () => {
    const id = await create();
    expectProblem(await app.api.get(`/internal/contacts/${id}`), 401);
    expectProblem(await app.api.get(`/internal/contacts/${id}`, { Authorization: 'Bearer wrong' }), 401);
  });

  test('when a service asks, then it gets the registers with their stamps, also of the deleted', async () => {
    const id = await create({ full_name: 'Ane Berg' });
    const ask = () => app.api.get(`/internal/contacts/${id}`, { Authorization: `Bearer ${internalToken}` });
    expect((await ask()).body.contact).toMatchObject({
      fullName: 'Ane Berg',
      nameStamp: expect.stringMatching(/-cr\.test$/),
      deletedStamp: '',
    });
    await app.api.delete(`${path}/${id}`);
    expect((await ask()).body.contact).toMatchObject({
      fullName: '',
      deletedStamp: expect.stringMatching(/-cr\.test$/),
    });
  });
});

describe('Idempotency-Key', () => {
  const headers = (key: string) => ({ 'Idempotency-Key': key });

  test('when a request is repeated with its key, then it creates once and answers the same', async () => {
    const body = newContact();
    const first = await app.api.post(path, body, headers('once'));
    const inAnotherOrder = Object.fromEntries(Object.entries(body).reverse());
    const again = await app.api.post(path, inAnotherOrder, headers('once'));
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  test('when it is sent many times at once, then it creates once', async () => {
    const body = newContact();
    const answers = await Promise.all(Array.from({ length: 6 }, () => app.api.post(path, body, headers('at-once'))));
    expect(new Set(answers.map(({ status, body: created }) => `${status} ${created.id}`)).size).toBe(1);
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
