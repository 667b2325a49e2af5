import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { json, startTestGateway, type Answer, type Gateway } from './gateway.ts';
import { readFileSync } from 'node:fs';

interface Endpoint {
  service: string;
  method: string;
  path: string;
  documented_path: string;
}

const examplesFile = new URL('../../contract/examples.json', import.meta.url);
const endpoints = JSON.parse(readFileSync(examplesFile, 'utf8')) as Endpoint[];

const contacts = '/api/v1/contacts';
const chapters = '/api/v1/contact-chapters';
const onlyInView = ['/search', '/peer-mentors', '/peer-mentors/search', '/peer-mentors/pm_88A1C'];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

const withIds = (path: string) => path.replace(/:\w+/g, 'c-00123');

function expectContextRefused(answer: Answer) {
  expect(answer.status).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(json(answer).errors).toEqual([{ in: 'query', path: 'context', message: expect.any(String) }]);
  expect(gateway.received()).toEqual([]);
}

describe('the documented endpoints', () => {
  const cases = endpoints.flatMap(({ service, method, path, documented_path: doubled }) => {
    const context = service === 'contact-edit' ? '?context=edit' : '';
    const single = withIds(path);
    return [
      { service, method, sent: single + context, reaches: single },
      { service, method, sent: withIds(doubled) + context, reaches: single },
    ];
  });

  test('when they are counted, then there are 23', () => {
    expect(endpoints).toHaveLength(23);
  });

  test.each(cases)('when $method $sent is sent, then $service gets it', async ({ service, method, sent, reaches }) => {
    const answer = await gateway.send(method, sent);
    expect(answer.status).toBe(200);
    expect(json(answer)).toEqual({ service });
    expect(gateway.received()).toEqual([`${service} ${method} ${reaches}`]);
  });

  test.each(endpoints.filter(({ method }) => method === 'GET'))(
    'when HEAD $path is sent to $service, then it goes where GET goes, as HEAD',
    async ({ service, path }) => {
      const answer = await gateway.send('HEAD', withIds(path) + (service === 'contact-edit' ? '?context=edit' : ''));
      expect(answer).toMatchObject({ status: 200, body: '' });
      expect(gateway.received()).toEqual([`${service} HEAD ${withIds(path)}`]);
    },
  );
});

describe('the context of a contact', () => {
  test.each([
    ['GET', '', ''],
    ['GET', '/c-00123', ''],
    ['GET', '/c-00123', '?context=view'],
    ['PUT', '/c-00123', '?context=view'],
    ['DELETE', '/c-00123', '?context=view'],
    ['POST', '', '?context=view'],
    ['GET', '/search', '?context=view'],
    ['GET', '/peer-mentors/pm_88A1C', '?context=view'],
  ])('when %s %s%s is sent, then Contact Repository gets it without the parameter', async (method, path, query) => {
    await gateway.send(method, contacts + path + query);
    expect(gateway.received()).toEqual([`contact-repository ${method} ${contacts}${path}`]);
  });

  test.each([
    ['PUT', '/c-00123/chapter-affiliations', ''],
    ['PUT', '/c-00123/chapter-affiliations', '?context=edit'],
    ['POST', '/c-00123/refresh', ''],
    ['POST', '/c-00123/refresh', '?context=edit'],
  ])('when %s %s%s is sent, then Contact Edit gets it', async (method, path, query) => {
    await gateway.send(method, contacts + path + query);
    expect(gateway.received()).toEqual([`contact-edit ${method} ${contacts}${path}`]);
  });

  test.each(['?context=', '?context', '?context=Edit', '?context=embed', '?context=edit&context=edit'])(
    'when the query is %s, then the answer is 400 and no service is asked',
    async (query) => {
      expectContextRefused(await gateway.send('GET', `${contacts}/c-00123${query}`));
    },
  );

  test.each(onlyInView)(
    'when %s is asked for with context=edit, then the answer says it is in the view',
    async (path) => {
      const answer = await gateway.send('GET', `${contacts}${path}?context=edit`);
      expectContextRefused(answer);
      expect(json(answer).detail).toContain('in the view only');
    },
  );

  test.each([
    ['PUT', '/c-00123/chapter-affiliations'],
    ['POST', '/c-00123/refresh'],
  ])('when %s %s is sent with context=view, then the answer is 400', async (method, path) => {
    expectContextRefused(await gateway.send(method, `${contacts}${path}?context=view`));
  });

  test.each([
    ['?context=edit&page=2&q=%C3%A5+b%20c&&x', '?page=2&q=%C3%A5+b%20c&&x'],
    ['?q=a%2Fb&context=edit&page=2', '?q=a%2Fb&page=2'],
    ['?page=2&context=edit', '?page=2'],
    ['?c%6Fntext=edit&contexts=1', '?contexts=1'],
    ['?&context=edit', ''],
  ])('when the query is %s, then Contact Edit gets %s', async (sent, reaches) => {
    await gateway.send('GET', contacts + sent);
    expect(gateway.received()).toEqual([`contact-edit GET ${contacts}${reaches}`]);
  });

  test.each(['?', '?page=2&&q=%C3%A5+b', '??context=edit', '?xcontext=edit', '?q=context=edit'])(
    'when the query is %s, then it names no context and is left as it is',
    async (query) => {
      await gateway.send('GET', contacts + query);
      expect(gateway.received()).toEqual([`contact-repository GET ${contacts}${query}`]);
    },
  );

  test('when the context is on a path of memberships, then it is left to the service', async () => {
    await gateway.send('GET', `${chapters}?context=edit&page=2`);
    expect(gateway.received()).toEqual([`multi-chapter-membership GET ${chapters}?context=edit&page=2`]);
  });

  test('when a body is in the shape of the other contract, then it is not looked at', async () => {
    await gateway.send('POST', contacts, { 'Content-Type': 'application/json' }, '{"first_name":"Marte"}');
    expect(gateway.received()).toEqual([`contact-repository POST ${contacts}`]);
  });
});

describe('everything else', () => {
  test.each([
    '/api',
    '/api/v1',
    '/api/v1/contact',
    '/api/v1/contacts/',
    '/api/v1/contacts/c-00123/',
    '/api/v1/contacts/search/',
    '/api/v1/contacts/c-00123/other',
    '/api/v1/contacts/c-00123/refresh/now',
    '/api/v1/contacts/peer-mentors/pm_88A1C/more',
    '/API/v1/contacts',
    '/api/v1/Contacts',
    '/api/v1/contacts/c-00123/Refresh',
    '/api/v1/contactsx',
    '/api/v1/contact-chapters/',
    '/api/v1/contact-chapters/by-contact/',
    '/api/v1/contact-chapters/by-contact/c-00123/x',
    '/api/v1/contacts/api/v1/contacts/',
    '/api/v1/contacts/api/v1/contactsx',
    '/api/v1/contacts/api/v1/contact-chapters',
    '/api/v1/contact-chapters/api/v1/contacts',
    '/api/v1/contacts/api/v1/contacts/api/v1/contacts',
    '/api/v2/contacts',
    '/internal/contacts/c-00123',
    '/api/v1/contacts/api/v1/contacts/internal/contacts/c-00123',
    '/metrics',
    '/livez/',
    '/api/v1/contacts/livez/x',
    '/favicon.ico',
  ])('when GET %s is sent, then the answer is 404 and no service is asked', async (path) => {
    const answer = await gateway.send('GET', path);
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(json(answer)).toEqual({
      type: 'urn:kontakt:problem:not-found',
      title: 'Not Found',
      status: 404,
      detail: `There is no such path: ${path}.`,
      instance: path,
      request_id: answer.headers['x-request-id'],
    });
    expect(gateway.received()).toEqual([]);
  });

  test.each([
    ['PATCH', contacts, 'GET, HEAD, POST'],
    ['PUT', contacts, 'GET, HEAD, POST'],
    ['DELETE', `${contacts}?context=edit`, 'GET, HEAD, POST'],
    ['POST', `${contacts}/c-00123`, 'DELETE, GET, HEAD, PUT'],
    ['OPTIONS', `${contacts}/c-00123`, 'DELETE, GET, HEAD, PUT'],
    ['TRACE', `${contacts}/c-00123`, 'DELETE, GET, HEAD, PUT'],
    ['GET', `${contacts}/c-00123/chapter-affiliations`, 'PUT'],
    ['HEAD', `${contacts}/c-00123/chapter-affiliations`, 'PUT'],
    ['GET', `${contacts}/c-00123/refresh?context=edit`, 'POST'],
    ...onlyInView.flatMap((path) => [
      ['POST', contacts + path, 'GET, HEAD'],
      ['PUT', `${contacts + path}?context=edit`, 'GET, HEAD'],
      ['DELETE', contacts + contacts + path, 'GET, HEAD'],
    ]),
    ['PUT', chapters, 'GET, HEAD, POST'],
    ['POST', `${chapters}/ccm-001`, 'DELETE, GET, HEAD, PUT'],
    ['POST', `${chapters}/by-contact/c-00123`, 'GET, HEAD'],
    ['DELETE', `${chapters}/by-chapter/ch-01`, 'GET, HEAD'],
    ['PATCH', `${chapters}${chapters}/ccm-001`, 'DELETE, GET, HEAD, PUT'],
    ['POST', '/readyz', 'GET, HEAD'],
  ])('when %s %s is sent, then the answer is 405 and allows %s', async (method = '', path = '', allow = '') => {
    const answer = await gateway.send(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(gateway.received()).toEqual([]);
  });

  test('when an id looks like a part of a path, then it is an id all the same', async () => {
    await gateway.send('GET', `${contacts}/api`);
    await gateway.send('GET', `${contacts}/...`);
    await gateway.send('GET', `${contacts}/peer-mentorsx`);
    await gateway.send('GET', `${contacts}/peer%2Dmentors`);
    await gateway.send('GET', `${contacts}/livez`);
    expect(gateway.received()).toEqual(
      ['api', '...', 'peer-mentorsx', 'peer%2Dmentors', 'livez'].map(
        (id) => `contact-repository GET ${contacts}/${id}`,
      ),
    );
  });
});
