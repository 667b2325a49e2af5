import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, type Client } from '../src/index.ts';

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
const json = (type: string, name: string) => ({ content: { [type]: { schema: ref('schemas', name) } } });
const contact = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };

const document = {
  paths: {
    '/api/contacts/{id}': {
      get: {
        responses: {
          200: { headers: { ETag: ref('headers', 'ETag') }, ...json('application/json', 'Contact') },
          304: {},
          404: ref('responses', 'NotFound'),
        },
      },
    },
    '/api/contacts/search': { get: { responses: { 200: json('application/json', 'Found') } } },
  },
  components: {
    headers: { ETag: { required: true } },
    responses: { NotFound: json('application/problem+json', 'Problem') },
    schemas: {
      Contact: contact,
      Found: { type: 'object', properties: { data: { type: 'array', items: ref('schemas', 'Contact') } } },
      Problem: { type: 'object', properties: { status: { type: 'integer' } }, required: ['status'] },
    },
  },
};

interface Answered {
  status?: number;
  type?: string;
  headers?: Record<string, string>;
  body?: object;
}

let next: Answered = {};
const server: Server = createServer(({ url }, response) => {
  const {
    status = 200,
    type = 'application/json',
    headers = {},
    body,
  } = url === '/openapi.json' ? { body: document } : next;
  response.writeHead(status, { ...headers, ...(body && { 'content-type': `${type}; charset=utf-8` }) });
  response.end(body && JSON.stringify(body));
});

let client: Client;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.close();
});

async function answerTo(path: string, answered: Answered, method = 'GET') {
  next = answered;
  return (await client.send({ method, path })).status;
}

const headers = { etag: '"1"' };
const problem = { status: 404, type: 'application/problem+json', body: { status: 404 } };

describe('what is described', () => {
  test.each([
    ['/api/contacts/1?a=b', { headers, body: { id: 'c-1' } }],
    ['/api/contacts/1', { status: 304 }],
    ['/api/contacts/1', problem],
    ['/api/contacts/search', { body: { data: [{ id: 'c-1' }] } }],
    ['/api/nowhere', problem],
    ['/metrics', { body: { anything: 1 } }],
  ])('when %s is answered %j, then the answer is given', async (path, answered: Answered) => {
    expect(await answerTo(path, answered)).toBe(answered.status ?? 200);
  });

  test('when the body is left out because HEAD asks, then the answer is given', async () => {
    expect(await answerTo('/api/contacts/1', { headers }, 'HEAD')).toBe(200);
  });
});

describe('what is not described', () => {
  test.each([
    ['/api/contacts/1', { headers, body: { id: 1 } }, 'body of another shape: data/id must be string'],
    ['/api/contacts/1', { headers, body: {} }, "must have required property 'id'"],
    ['/api/contacts/1', { headers, body: { id: 'c-1', more: 1 } }, 'must NOT have additional properties'],
    [
      '/api/contacts/search',
      { body: { data: [{ id: 'c-1', more: 1 }] } },
      'data/data/0 must NOT have additional properties',
    ],
    ['/api/contacts/1', { body: { id: 'c-1' } }, 'without ETag'],
    ['/api/contacts/1', { headers, body: { id: 'c-1' }, type: 'text/json' }, 'with text/json'],
    ['/api/contacts/1', { headers }, 'with nothing'],
    ['/api/contacts/1', { status: 201, headers, body: { id: 'c-1' } }, 'with this status'],
    ['/api/contacts/1', { ...problem, type: 'application/json' }, 'with application/json'],
    ['/api/nowhere', { body: {} }, 'with this status'],
    ['/api/nowhere', { ...problem, body: { error: 'none' } }, "must have required property 'status'"],
  ])('when %s is answered %j, then the test fails: %s', async (path, answered: Answered, reason) => {
    await expect(answerTo(path, answered)).rejects.toThrow(reason);
  });

  test('when a method is not described, then it must be refused', async () => {
    await expect(answerTo('/api/contacts/1', { body: {} }, 'DELETE')).rejects.toThrow('with this status');
    expect(await answerTo('/api/contacts/1', { ...problem, status: 405 }, 'DELETE')).toBe(405);
  });
});

test('when a service has no document, then the test fails', async () => {
  const bare = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/bare`);
  next = problem;
  await expect(bare.get('/api/contacts/1')).rejects.toThrow('/openapi.json, by which answers are checked, is a 404');
});
