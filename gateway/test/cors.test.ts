import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestGateway, type Gateway } from './gateway.ts';

const contacts = '/api/v1/contacts';
const origin = 'https://app.example';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    corsOrigins: ['http://localhost:5173', origin],
    authentication: {
      issuer: 'http://127.0.0.1:9',
      audience: 'x',
      organisationClaim: 'org',
      chaptersClaim: 'chapters',
    },
  });
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

const corsHeaders = (headers: object) => Object.keys(headers).filter((name) => name.startsWith('access-control-'));
const preflight = (path: string, headers: Record<string, string>) => gateway.send('OPTIONS', path, headers);
const wish = { Origin: origin, 'Access-Control-Request-Method': 'PUT' };

describe('what a browser asks before it sends a request of a page', () => {
  test.each([
    [contacts, 'HEAD, GET, POST'],
    [`${contacts}/c-1`, 'HEAD, GET, PUT, DELETE'],
    [`${contacts}/c-1?context=edit`, 'HEAD, GET, PUT, DELETE'],
    [`${contacts}/search`, 'HEAD, GET'],
    [`${contacts}/c-1/chapter-affiliations`, 'PUT'],
    ['/api/v1/contact-chapters/by-contact/c-1', 'HEAD, GET'],
  ])('when it asks for %s, then the methods are %s, without a token or a service', async (path, methods) => {
    const { status, headers, body } = await preflight(path, wish);
    expect({ status, body }).toEqual({ status: 204, body: '' });
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': methods,
      'access-control-max-age': '7200',
      vary: 'Origin',
    });
    const sendable = headers['access-control-allow-headers']?.split(', ');
    expect(sendable).toEqual(
      expect.arrayContaining(['Authorization', 'Consistency-Token', 'Idempotency-Key', 'If-Match', 'traceparent']),
    );
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    expect(gateway.received()).toEqual([]);
  });

  test.each([
    ['the origin is another', contacts, { ...wish, Origin: 'https://app.example.evil' }, 405],
    ['the origin is null', contacts, { ...wish, Origin: 'null' }, 405],
    ['there is no such path', '/api/v2/contacts', wish, 404],
    ['it is no such question', contacts, { Origin: origin }, 405],
  ])('when %s, then nothing is allowed', async (_what, path, headers, status) => {
    const answer = await preflight(path, headers);
    expect(answer.status).toBe(status);
    expect(corsHeaders(answer.headers)).not.toContain('access-control-allow-methods');
    expect(gateway.received()).toEqual([]);
  });
});

describe('an answer to a page', () => {
  test('when its origin is allowed, then it may read answers, refusals too, and their headers', async () => {
    const { status, headers } = await gateway.send('GET', contacts, { Origin: origin });
    expect(status).toBe(401);
    expect(headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    expect(headers['access-control-expose-headers']?.split(', ').sort()).toEqual([
      'Consistency-Token',
      'ETag',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ]);
  });

  test.each([{}, { Origin: 'https://other.example' }])('when it is to %j, then it varies, no more', async (headers) => {
    const answer = await gateway.send('GET', contacts, headers);
    expect(answer.headers.vary).toBe('Origin');
    expect(corsHeaders(answer.headers)).toEqual([]);
  });

  test('when the service says what its answer varies by, then it varies by both', async () => {
    const open = await startTestGateway({ corsOrigins: [origin] });
    open.contactRepository.answer((_req, res) => res.setHeader('Vary', 'Prefer').end('{}'));
    const { headers } = await open.send('GET', contacts, { Origin: origin });
    expect(headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin, Prefer' });
    await open.stop();
  });
});

test('when no origins are configured, then there is no such header, and OPTIONS is a method like others', async () => {
  const closed = await startTestGateway();
  const answer = await closed.send('OPTIONS', contacts, wish);
  expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, POST' } });
  expect(corsHeaders(answer.headers)).toEqual([]);
  expect((await closed.send('GET', contacts, { Origin: origin })).headers).not.toHaveProperty('vary');
  await closed.stop();
});

test('when a service sends the headers that the gateway sends too, then each is there once', async () => {
  const open = await startTestGateway({ corsOrigins: [origin] });
  const same = [
    'Content-Security-Policy',
    'X-Content-Type-Options',
    'Referrer-Policy',
    'X-Frame-Options',
    'X-Request-Id',
  ];
  open.contactRepository.answer((_req, res) => {
    for (const name of same) res.setHeader(name, 'of-the-service');
    res.end('{}');
  });
  const answer = await open.sendRaw(`GET ${contacts} HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`);
  const names = answer
    .split('\r\n\r\n', 1)[0]
    ?.split('\r\n')
    .slice(1)
    .map((line) => line.split(':', 1)[0]?.toLowerCase());
  expect(names).toEqual([...new Set(names)]);
  expect(names).toEqual(expect.arrayContaining(same.map((name) => name.toLowerCase())));
  await open.stop();
});
