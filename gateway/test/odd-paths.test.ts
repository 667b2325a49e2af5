import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startRawGateway, type RawGateway } from './raw.ts';

let gateway: RawGateway;
beforeAll(async () => {
  gateway = await startRawGateway();
});
afterAll(() => gateway.stop());

const asking = (target: string, method = 'GET') =>
  `${method} ${target} HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`;

test.each([
  '//api/v1/contacts',
  '//internal/contacts/c-1',
  '///',
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
  '/\\api\\v1\\contacts',
  '/\\internal/contacts/c-1',
  '/api/v1/contacts/%00',
  '/api/v1/contacts/a%0d%0aX-Forwarded-For:%201.2.3.4',
  '/api/v1/contacts/a%7f',
  '/api/v1/contacts/..;',
  '/api/v1/contacts/..;/internal',
  '/api/v1/contacts/%2e%2e;x=1/internal',
  '/api/v1/contacts;x=1',
  '/api/v1/contacts;/c-1',
  '/API/V1/CONTACTS',
  '/internal/contacts/c-1',
  '/Internal/contacts/c-1',
  '/%69nternal/contacts/c-1',
  '/api/v1/%63ontacts',
  '/metrics',
])('when the path is %s, then it is none that there is', (target) => gateway.expectRefused(asking(target), 404));

test.each([
  '\\api\\v1\\contacts',
  '/api/v1/contacts/a\0b',
  '/api/v1/contacts/a\u0001b',
  '/api/v1/contacts/a\u007fb',
  '/api/v1/contacts/a\tb',
  '/api/v1/contacts/a\u00e5b',
  '/api/v1/contacts?q=\u00e5',
  '/api/v1/contacts?q=\xc3\xa5',
  '/api/v1/contacts?q=\0',
  '/api/v1/contacts#?context=edit',
  '/api/v1/contacts/a#b',
  '/api/v1/contacts?q=a#b',
  '/api/v1/contacts/%',
  '/api/v1/contacts/%zz',
  '/api/v1/contacts/%ff',
  '/api/v1/contacts/%c0%ae%c0%ae',
  '/api/v1/contacts?context=edit&context=view',
  '/api/v1/contacts?context=edit&c%6Fntext=view',
  '/api/v1/contacts?%63ontext=edit%00',
  '/api/v1/contacts?context=edit;context=view',
  'http://g/api/v1/contacts',
  'http://127.0.0.1:1/internal/contacts',
  'HTTP://g/internal/contacts/c-1',
  'http://[::1',
  'http://?x',
  'x://',
  'g:80',
  'api/v1/contacts',
  '*',
  '?context=edit',
])('when the target is %j, then it cannot be read', (target) => gateway.expectRefused(asking(target), 400));

test.each([
  ['*', 400],
  ['/internal/contacts/c-1', 404],
  ['http://g/api/v1/contacts', 400],
])('when the options of %s are asked for, then no service is asked', (target, status) =>
  gateway.expectRefused(asking(target, 'OPTIONS'), status),
);

test.each([
  ['/api/v1/contacts/c-1;v=1', '/api/v1/contacts/c-1;v=1'],
  ['/api/v1/contacts/%252e%252e', '/api/v1/contacts/%252e%252e'],
  ['/api/v1/contacts/...', '/api/v1/contacts/...'],
  ['/api/v1/contacts/@:80', '/api/v1/contacts/@:80'],
  ['/api/v1/contacts?../../internal', '/api/v1/contacts?../../internal'],
  ['/api/v1/contacts?http://h/internal//x\\y', '/api/v1/contacts?http://h/internal//x\\y'],
  ['/api/v1/contacts?q=%00%0d%0a&;context=edit', '/api/v1/contacts?q=%00%0d%0a&;context=edit'],
  ['/api/v1/contacts?context[]=edit&Context=edit', '/api/v1/contacts?context[]=edit&Context=edit'],
  ['/api/v1/contacts?c%6fntext=edit', '/api/v1/contacts'],
])('when the target is %s, then it goes on as %s', async (target, reaches) => {
  const { answer } = await gateway.expectForwarded(asking(target), [`GET ${reaches}`]);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
