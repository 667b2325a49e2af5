import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startTestGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

const targets = [
  '//api/v1/contacts',
  '//internal/contacts/c-1',
  '/api/v1//contacts',
  '/api/v1/contacts//',
  '/api/v1/contacts//c-1',
  '/api/v1/contacts/.',
  '/api/v1/contacts/..',
  '/api/v1/contacts/../../../internal/contacts',
  '/api/v1/contacts/c-1/../refresh',
  '/./api/v1/contacts',
  '/api/v1/contacts/%2e',
  '/api/v1/contacts/%2E%2e',
  '/api/v1/contacts/.%2e',
  '/api/v1/contacts/peer-mentors/%2e%2E',
  '/api/v1/contact-chapters/by-contact/..',
  '/api/v1/contacts/..%2f..%2finternal',
  '/api/v1/contacts/a%2Fb',
  '/api/v1/contacts/a%5cb',
  '/api/v1/contacts/a%5Cb',
  '/api/v1/contacts/a\\b',
  '/api/v1/contacts\\c-1',
  '\\api\\v1\\contacts',
  '/api/v1/contacts/%00',
  '/api/v1/contacts/a%0d%0aX-Forwarded-For:%201.2.3.4',
  '/api/v1/contacts/a%7f',
  '/api/v1/contacts/a\u0001b',
  '/api/v1/contacts/a\u007fb',
  '/api/v1/contacts/a\tb',
  '/api/v1/contacts/a\u00e5b',
  '/api/v1/contacts#?context=edit',
  '/api/v1/contacts/a#b',
  '/api/v1/contacts/%',
  '/api/v1/contacts/%zz',
  '/api/v1/contacts/%ff',
  'http://gateway/api/v1/contacts',
  'http://127.0.0.1:1/internal/contacts',
  'http://[::1',
  'http://?x',
  'x://',
  'api/v1/contacts',
  '*',
  '?context=edit',
];

test.each(targets)('when the request target is %j, then no service is asked', async (target) => {
  const answer = await gateway.sendRaw(`GET ${target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
  expect(gateway.received()).toEqual([]);
});

test('when a server is asked for its options, then no service is asked', async () => {
  const answer = await gateway.sendRaw('OPTIONS * HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(gateway.received()).toEqual([]);
});

test('when a tunnel is asked for, then there is none', async () => {
  const answer = await gateway.sendRaw('CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: gateway\r\n\r\n');
  expect(answer).not.toMatch(/ 200 /);
  expect(gateway.received()).toEqual([]);
});
