import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, expectProblem, waitFor, type Client } from '@kontakt/testing';
import { startTestSystem } from './start-test-system.ts';

const contacts = '/api/v1/contacts';
const memberships = '/api/v1/contact-chapters';

let system: Awaited<ReturnType<typeof startTestSystem>>;
let api: Client;
beforeAll(async () => {
  system = await startTestSystem();
  api = createClient(system.url);
});
afterAll(() => system.stop());

let made = 0;

/** Creates in Contact Repository; answers when Contact Edit knows it, too. */
async function createInRepository(given: Record<string, unknown> = {}): Promise<string> {
  const body = { full_name: `Person No${(made += 1)}`, email: `no${made}@example.no`, role: 'member', org_id: 'org_x' };
  const { id } = (await api.post(contacts, { ...body, ...given })).body;
  await waitFor(async () => (await api.get(`${contacts}/${id}?context=edit`)).status === 200);
  return id;
}

/** Creates in Contact Edit; answers when Contact Repository knows it, too. */
async function createInEdit(given: Record<string, unknown> = {}): Promise<string> {
  const body = { first_name: 'Person', last_name: `No${(made += 1)}`, email: `no${made}@example.no` };
  const id: string = (await api.post(`${contacts}?context=edit`, { ...body, ...given })).body.contact_id;
  await waitFor(async () => (await api.get(`${contacts}/${id}`)).status === 200);
  return id;
}

const view = async (id: string) => (await api.get(`${contacts}/${id}`)).body;
const form = async (id: string) => (await api.get(`${contacts}/${id}?context=edit`)).body;
const chaptersOf = async (id: string): Promise<Record<string, string>[]> =>
  (await api.get(`${memberships}/by-contact/${id}?limit=100`)).body.data;
const eventually = (check: () => Promise<void>) => waitFor(() => check().then(() => true));

describe('contacts', () => {
  test('when one is created in the repository, then it can be edited, and memberships show its name', async () => {
    const id = await createInRepository({ full_name: 'Lars Magnus Haugen' });
    expect(await form(id)).toMatchObject({ first_name: 'Lars Magnus', last_name: 'Haugen', phone: null });
    await api.post(memberships, { contact_id: id, chapter_id: 'chapter-names' });
    await eventually(async () => {
      const { data } = (await api.get(`${memberships}/by-chapter/chapter-names`)).body;
      expect(data).toMatchObject([{ contact_id: id, contact_name: 'Lars Magnus Haugen' }]);
    });
  });

  test('when one is created in the edit form, then it is in lists and search, with organisation, role and profile', async () => {
    const id = await createInEdit({
      first_name: 'Sunniva',
      last_name: 'Skogheim',
      org_id: 'org_forest',
      role: 'peer_mentor',
    });
    expect(await view(id)).toMatchObject({ full_name: 'Sunniva Skogheim', org_id: 'org_forest', role: 'peer_mentor' });
    expect((await api.get(`${contacts}?org_id=org_forest`)).body.data).toHaveLength(1);
    expect((await api.get(`${contacts}/search?q=skogheim`)).body.data[0]).toMatchObject({ id });
    expect((await api.get(`${contacts}/peer-mentors?org_id=org_forest`)).body.data).toMatchObject([{ contact_id: id }]);
  });

  test('when a name or email changes in either, then both agree, and memberships follow', async () => {
    const id = await createInRepository();
    await api.post(memberships, { contact_id: id, chapter_id: 'chapter-follow' });
    await api.put(`${contacts}/${id}?context=edit`, { first_name: 'Ny', last_name: 'Navnesen' });
    await eventually(async () => {
      expect(await view(id)).toMatchObject({ full_name: 'Ny Navnesen' });
      expect((await api.get(`${memberships}/by-chapter/chapter-follow`)).body.data).toMatchObject([
        { contact_name: 'Ny Navnesen' },
      ]);
    });
    await api.put(`${contacts}/${id}`, { email: 'ny@example.no' });
    await eventually(async () => {
      expect(await form(id)).toMatchObject({ email: 'ny@example.no' });
    });
  });

  test('when two change different fields at once, one in each, then both changes are in both', async () => {
    const id = await createInRepository();
    await Promise.all([
      api.put(`${contacts}/${id}`, { email: 'same-time@example.no' }),
      api.put(`${contacts}/${id}?context=edit`, { first_name: 'Same', last_name: 'Time' }),
    ]);
    await eventually(async () => {
      expect(await view(id)).toMatchObject({ full_name: 'Same Time', email: 'same-time@example.no' });
      expect(await form(id)).toMatchObject({ first_name: 'Same', email: 'same-time@example.no' });
    });
  });

  test('when two change the same field at once, one in each, then both end up with one of the two', async () => {
    const id = await createInRepository();
    await Promise.all([
      api.put(`${contacts}/${id}`, { email: 'here@example.no' }),
      api.put(`${contacts}/${id}?context=edit`, { email: 'there@example.no' }),
    ]);
    await eventually(async () => {
      const emails = [(await view(id)).email, (await form(id)).email];
      expect(new Set(emails).size).toBe(1);
      expect(['here@example.no', 'there@example.no']).toContain(emails[0]);
    });
  });

  test.each([
    ['the repository', contacts, ''],
    ['the edit form', contacts, '?context=edit'],
  ])('when one is deleted in %s, then it is gone in all three, memberships too', async (_where, path, context) => {
    const id = await createInEdit({ first_name: 'Forsvunnet', phone: '912 34 567', chapter_affiliations: ['ch-gone'] });
    await waitFor(async () => (await chaptersOf(id)).length === 1);
    expect((await api.delete(`${path}/${id}${context}`)).status).toBe(200);
    await eventually(async () => {
      expectProblem(await api.get(`${contacts}/${id}`), 404);
      expectProblem(await api.get(`${contacts}/${id}?context=edit`), 404);
      expect(await chaptersOf(id)).toEqual([]);
    });
    await eventually(async () => {
      expect(await system.rowsContaining('Forsvunnet')).toEqual([]);
    });
    expectProblem(await api.post(`${contacts}/${id}/refresh`), 404);
    expectProblem(await api.post(memberships, { contact_id: id, chapter_id: 'ch-again' }), 400);
  });
});

describe('memberships', () => {
  test('when affiliations are set in the edit form, then the memberships exist, with ids and since when', async () => {
    const id = await createInEdit({ chapter_affiliations: ['ch-a', 'ch-b'] });
    await eventually(async () => {
      expect(await chaptersOf(id)).toHaveLength(2);
    });
    for (const membership of await chaptersOf(id)) {
      expect(membership).toMatchObject({ id: expect.stringMatching(/^ccm-\d+$/), status: 'active' });
    }
    await api.put(`${contacts}/${id}/chapter-affiliations`, { chapter_ids: ['ch-b', 'ch-c'] });
    await eventually(async () => {
      expect((await chaptersOf(id)).map(({ chapter_id }) => chapter_id).sort()).toEqual(['ch-b', 'ch-c']);
    });
  });

  test('when memberships are added, changed or removed, then affiliations and assignment follow', async () => {
    const id = await createInRepository();
    const { body } = await api.post(memberships, { contact_id: id, chapter_id: 'ch-m' });
    const affiliations = async () => (await form(id)).chapter_affiliations;
    await waitFor(async () => (await affiliations()).includes('ch-m'));
    expect((await api.post(`${contacts}/${id}/refresh`)).body.assignment_status).toBe('assigned');

    await api.put(`${memberships}/${body.id}`, { status: 'inactive' });
    await waitFor(async () => (await affiliations()).length === 0);
    expect((await api.post(`${contacts}/${id}/refresh`)).body.assignment_status).toBe('unassigned');

    await api.put(`${memberships}/${body.id}`, { status: 'active' });
    await waitFor(async () => (await affiliations()).length === 1);
    await api.delete(`${memberships}/${body.id}`);
    await waitFor(async () => (await affiliations()).length === 0);
  });

  test('when a membership names a contact that comes later, then it gets its name', async () => {
    await api.post(memberships, { contact_id: 'c-later', chapter_id: 'chapter-later' });
    expect((await api.get(`${memberships}/by-chapter/chapter-later`)).body.data[0].contact_name).toBeNull();
  });
});

test('when everything has been delivered, then the outboxes are empty', async () => {
  await eventually(async () => {
    expect(await system.countOutbox()).toBe(0);
  });
});

describe('Consistency-Token', () => {
  const tokenOf = (promised: object) => Buffer.from(JSON.stringify(promised)).toString('base64url');
  const reading = (token: string | null) => ({ 'Consistency-Token': token ?? 'missing' });

  test('when a read shows the token of a write, then every service answers with data at least that new', async () => {
    for (let i = 0; i < 5; i++) {
      const created = await api.post(`${contacts}?context=edit`, {
        first_name: 'Token',
        last_name: `Bærer${i}`,
        email: `token${i}@example.no`,
        chapter_affiliations: ['ch-token'],
      });
      const id: string = created.body.contact_id;
      const token = reading(created.headers.get('consistency-token'));
      expect((await api.get(`${contacts}/${id}`, token)).body).toMatchObject({ full_name: `Token Bærer${i}` });
      expect((await api.get(`${memberships}/by-contact/${id}`, token)).body.pagination.total).toBe(1);

      const saved = await api.put(`${contacts}/${id}`, { email: `changed${i}@example.no` });
      const newer = reading(saved.headers.get('consistency-token'));
      expect((await api.get(`${contacts}/${id}?context=edit`, newer)).body.email).toBe(`changed${i}@example.no`);

      const emptied = await api.put(`${contacts}/${id}/chapter-affiliations`, { chapter_ids: [] });
      const ended = reading(emptied.headers.get('consistency-token'));
      expect((await api.get(`${memberships}/by-contact/${id}`, ended)).body.data).toEqual([]);

      const deleted = await api.delete(`${contacts}/${id}`);
      const gone = reading(deleted.headers.get('consistency-token'));
      expectProblem(await api.get(`${contacts}/${id}?context=edit`, gone), 404);
      expect((await api.get(`${memberships}/by-contact/${id}`, gone)).body.data).toEqual([]);
    }
  });

  test('when the copy does not get there within a second, then 503 and not the older data', async () => {
    const { body, headers } = await api.post(`${contacts}?context=edit`, {
      first_name: 'Etter',
      last_name: 'Slep',
      email: 'slep@example.no',
    });
    const id: string = body.contact_id;
    const token = reading(headers.get('consistency-token'));
    expect((await api.get(`${contacts}/${id}`, token)).status).toBe(200);
    // As if the name had not come yet.
    await system.query('contact-repository', `UPDATE contacts SET name_stamp = '' WHERE id = '${id}'`);
    const answer = expectProblem(await api.get(`${contacts}/${id}`, token), 503);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test('when a token was made or changed by somebody else, then 400, whatever it asks for', async () => {
    const { headers } = await api.post(`${contacts}?context=edit`, {
      first_name: 'Egen',
      last_name: 'Bille',
      email: 'bille@example.no',
    });
    const [, signature] = (headers.get('consistency-token') ?? '').split('.');
    const content = tokenOf({ c: 'c-00123', r: { '0000000000000-0000-a': ['nameStamp'] }, m: {} });
    for (const token of [content, `${content}.`, `${content}.${signature}`]) {
      expectProblem(await api.get(contacts, reading(token)), 400);
    }
  });

  test.each(['', 'nonsense', 'e30', tokenOf({ c: 1, r: {}, m: {} }), tokenOf({ c: '\0', r: {}, m: {} })])(
    'when the token is %p, then 400',
    async (token) => {
      const { body } = expectProblem(await api.get(contacts, reading(token)), 400);
      expect(body.errors).toMatchObject([{ in: 'header', path: 'Consistency-Token' }]);
    },
  );
});
