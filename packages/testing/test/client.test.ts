import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, createClient } from '../src/index.ts';

/** Answers what it was asked. /text answers text, /nothing nothing, /problem another JSON type, /away a redirect. */
const server: Server = createServer((request, response) => {
  void request.toArray().then((chunks) => {
    const type = { '/text': 'text/plain', '/problem': 'application/problem+json; charset=utf-8' }[request.url ?? ''];
    response.setHeader('content-type', type ?? 'application/json');
    if (request.url === '/away') response.writeHead(302, { location: '/text' }).end();
    else if (request.url === '/nothing') response.writeHead(204).end();
    else response.end(JSON.stringify({ method: request.method, sent: request.headers, body: chunks.join('') }));
  });
});

let client: Client | undefined;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  client = createClient(`http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`);
});
afterAll(() => {
  server.close();
});

test('when a body is posted or put, then it is sent as JSON, and the answer is parsed', async () => {
  const answer = await client?.post('/contacts', { name: 'é' }, { 'x-trace': '1' });
  expect(answer).toMatchObject({
    status: 200,
    body: { method: 'POST', sent: { 'content-type': 'application/json', 'x-trace': '1' }, body: '{"name":"é"}' },
  });
  expect(await client?.put('/contacts', [1])).toMatchObject({ body: { method: 'PUT', body: '[1]' } });
});

test('when no body is given, then none is sent', async () => {
  expect(await client?.get('/a', { accept: 'text/x' })).toMatchObject({
    body: { method: 'GET', sent: { accept: 'text/x' }, body: '' },
  });
  expect(await client?.delete('/a')).toMatchObject({ body: { method: 'DELETE', body: '' } });
  const posted = await client?.post('/a');
  expect(posted).toMatchObject({ body: { method: 'POST', body: '' } });
  expect(posted).not.toHaveProperty('body.sent.content-type');
});

test('when something else is to be sent, then it is sent as it is, as JSON if nothing is said', async () => {
  expect(await client?.send({ method: 'PATCH', path: '/a', rawBody: '{broken' })).toMatchObject({
    body: { method: 'PATCH', sent: { 'content-type': 'application/json' }, body: '{broken' },
  });
  const headers = { 'Content-Type': 'application/xml' };
  expect(await client?.send({ method: 'PUT', path: '/a', headers, rawBody: '<a/>' })).toMatchObject({
    body: { sent: { 'content-type': 'application/xml' }, body: '<a/>' },
  });
});

test('when the answer is not JSON, then its body is text, or undefined if it is empty', async () => {
  expect((await client?.get('/text'))?.body).toMatch(/^\{"method"/);
  expect((await client?.get('/problem'))?.body).toMatchObject({ method: 'GET' });
  expect(await client?.get('/nothing')).toMatchObject({ status: 204, body: undefined });
  const away = await client?.get('/away');
  expect([away?.status, away?.headers.get('location')]).toEqual([302, '/text']);
});
