import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, type Answer } from '@kontakt/testing';
import { examples, requestOf, type Created, type Example, type Service } from './documented-requests.ts';
import { startTestSystem } from './start-test-system.ts';

const nullable = ['phone', 'address', 'date_of_birth', 'specialty', 'contact_name'];

describe.each([
  ['through the gateway', 'path'],
  ['through the gateway, with the paths as they are printed', 'documented_path'],
  ["at each service's own port", 'own'],
] as const)('%s', (_where, how) => {
  let system: Awaited<ReturnType<typeof startTestSystem>>;
  const created: Created = {};
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system.stop());

  async function send(example: Example): Promise<Answer> {
    const client = createClient(how === 'own' ? system.services[example.service] : system.url);
    return client.send(requestOf(example, { how, created }));
  }

  test.each(examples)('when $method $path is sent to $service, then the answer is as documented', async (example) => {
    const { status, headers, body } = await send(example);
    const isCreate = example.method === 'POST' && example.request !== undefined;
    expect({ status, body }).toMatchObject({ status: isCreate ? 201 : 200 });
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(shape(withoutAddedFields(example, body))).toEqual(
      shapeLike(example.response, withoutAddedFields(example, body)),
    );
    if (Array.isArray(body.data)) expect(body.data.length).toBeGreaterThan(0);
    if (isCreate) {
      created[example.service] = example.service === 'contact-edit' ? body.contact_id : body.id;
      expect(headers.get('location')).toMatch(new RegExp(`/${created[example.service]}(\\?context=edit)?$`));
      // What was sent is what is there.
      expect(body).toMatchObject(example.request as object);
    }
  });
});

describe('the demonstration data', () => {
  let system: Awaited<ReturnType<typeof startTestSystem>>;
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system.stop());

  test.each([
    ['/api/v1/contacts/usr_01J3K8X', 'contact-repository', '/api/v1/contacts/:id'],
    ['/api/v1/contacts/c-00123?context=edit', 'contact-edit', '/api/v1/contacts/:id'],
    ['/api/v1/contact-chapters/ccm-001', 'multi-chapter-membership', '/api/v1/contact-chapters/:id'],
    [
      '/api/v1/contact-chapters/by-contact/contact-8821',
      'multi-chapter-membership',
      '/api/v1/contact-chapters/by-contact/:contactId',
    ],
  ])('when GET %s is sent, then the answer is the documented one, to the letter', async (url, service, path) => {
    const example = examples.find((e) => e.service === service && e.method === 'GET' && e.path === path);
    expect((await createClient(system.url).get(url)).body).toEqual(example?.response);
  });

  test('when the documented peer mentor is read, then she is as documented, and says whose profile it is', async () => {
    const example = examples.find((e) => e.path === '/api/v1/contacts/peer-mentors/:id');
    const { body } = await createClient(system.url).get('/api/v1/contacts/peer-mentors/pm_88A1C');
    expect(body).toEqual({ ...example?.response, contact_id: expect.stringMatching(/^usr_/) });
  });

  test.each([
    ['/api/v1/contacts?org_id=org_abc123', 'usr_01J3K8X', 84],
    ['/api/v1/contacts/peer-mentors?org_id=org_abc123&sort=name', undefined, 12],
    ['/api/v1/contacts?context=edit', 'c-00123', 154],
    ['/api/v1/contact-chapters', 'ccm-001', 47],
    ['/api/v1/contact-chapters/by-chapter/chapter-oslo', 'ccm-001', undefined],
  ])('when %s is listed, then first is %p and the total %p', async (url, first, total) => {
    const { body } = await createClient(system.url).get(url);
    if (first) expect(body.data[0].id ?? body.data[0].contact_id).toBe(first);
    if (total) expect(body.pagination.total).toBe(total);
  });

  test('when descriptions are asked for, then the gateway and each service have one, which can be kept', async () => {
    for (const url of [system.url, ...Object.values(system.services)]) {
      const api = createClient(url);
      const { headers, body } = await api.get('/openapi.json');
      expect(body).toMatchObject({ openapi: '3.1.0', paths: expect.any(Object) });
      expect(headers.get('cache-control')).toBe('public, max-age=300');
      const known = { 'If-None-Match': headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' };
      expect((await api.get('/openapi.json', known)).status).toBe(304);
    }
  });

  test('when the documented POSTs are the first, then they get the documented numbers', async () => {
    const api = createClient(system.url);
    const bodyOf = (service: Service) => examples.find((e) => e.service === service && e.method === 'POST')?.request;
    const membership = await api.post('/api/v1/contact-chapters', bodyOf('multi-chapter-membership'));
    expect(membership.body.id).toBe('ccm-048');
    const contact = await api.post('/api/v1/contacts?context=edit', bodyOf('contact-edit'));
    expect(contact.body.contact_id).toBe('c-00201');
  });
});

/** Peer-mentor objects carry the contact's id, which the documents do not show. */
function withoutAddedFields(example: Example, body: unknown): unknown {
  if (!example.path.includes('peer-mentors')) return body;
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'contact_id' ? undefined : value)));
}

/** Field names and the format of each value. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, shape(v)]));
  if (typeof value !== 'string') return value === null ? 'null' : typeof value;
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value)) return 'time';
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? 'date' : 'string';
}

/** The documented shape, with as many list entries as the answer has, and null where a value may be unknown. */
function shapeLike(documented: unknown, actual: unknown): unknown {
  if (Array.isArray(documented) && Array.isArray(actual)) return actual.map((item) => shapeLike(documented[0], item));
  if (typeof documented === 'object' && documented !== null) {
    const values = (actual ?? {}) as Record<string, unknown>;
    const shapes = Object.entries(documented).map(([key, value]) => [
      key,
      values[key] === null && nullable.includes(key) ? 'null' : shapeLike(value, values[key]),
    ]);
    return Object.fromEntries(shapes);
  }
  return shape(documented);
}
