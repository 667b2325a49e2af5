import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startRawGateway, type RawGateway } from './raw.ts';

let gateway: RawGateway;
beforeAll(async () => {
  gateway = await startRawGateway();
});
afterAll(() => gateway.stop());

const contacts = '/api/v1/contacts';
const line = `GET ${contacts} HTTP/1.1\r\n`;
const close = 'Connection: close\r\n';
const withHeaders = (headers: string) => `${line}Host: g\r\n${close}${headers}\r\n`;

describe('the request line', () => {
  test.each([
    ['HTTP/0.9 without a version', `GET ${contacts}\r\n\r\n`, 505],
    ['HTTP/0.9 with one', `GET ${contacts} HTTP/0.9\r\nHost: g\r\n\r\n`, 505],
    ['HTTP/1.2', `GET ${contacts} HTTP/1.2\r\nHost: g\r\n\r\n`, 400],
    ['HTTP/2.0', `GET ${contacts} HTTP/2.0\r\nHost: g\r\n\r\n`, 505],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a protocol in lower case', `GET ${contacts} http/1.1\r\nHost: g\r\n\r\n`, 400],
    ['a method in lower case', `get ${contacts} HTTP/1.1\r\nHost: g\r\n\r\n`, 400],
    ['a method that is none', `SMUGGLE ${contacts} HTTP/1.1\r\nHost: g\r\n\r\n`, 400],
    ['tabs', `GET\t${contacts}\tHTTP/1.1\r\nHost: g\r\n\r\n`, 400],
    ['a space in the path', `GET ${contacts}/a b HTTP/1.1\r\nHost: g\r\n\r\n`, 400],
    ['a bare line feed', `GET ${contacts} HTTP/1.1\nHost: g\r\n\r\n`, 400],
    ['CONNECT', 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: g\r\n\r\n', 501],
    ['CONNECT with a path', `CONNECT ${contacts} HTTP/1.1\r\nHost: g\r\n\r\n`, 501],
    ['a method of another protocol', `PROPFIND ${contacts} HTTP/1.1\r\nHost: g\r\n${close}\r\n`, 405],
    ['a URL of 9 kB', `GET ${contacts}?q=${'x'.repeat(9_000)} HTTP/1.1\r\nHost: g\r\n\r\n`, 414],
    ['a URL of 100 kB', `GET ${contacts}?q=${'x'.repeat(100_000)} HTTP/1.1\r\nHost: g\r\n\r\n`, 414],
  ])('when it is odd (%s), then the request is refused', (_what, bytes, status) =>
    gateway.expectRefused(bytes, status),
  );

  test.each([
    ['HTTP/1.0', `GET ${contacts} HTTP/1.0\r\n\r\n`],
    ['HTTP/1.0 that would go on', `GET ${contacts} HTTP/1.0\r\nHost: g\r\n\r\n`],
    ['an empty line before it', `\r\n${withHeaders('')}`],
  ])('when it is unusual (%s), then one request goes on', (_what, bytes) =>
    gateway.expectForwarded(bytes, [`GET ${contacts}`]),
  );
});

describe('Host', () => {
  test.each([
    '',
    'a b',
    'a,b',
    'user@g',
    'g/internal',
    'http://g',
    'g:x',
    'g:123456',
    '[::1',
    '\u00e5.no',
    'a\tb',
    'g?x',
    'g#x',
  ])('when it is %j, then the request is refused', (host) =>
    gateway.expectRefused(`${line}Host: ${host}\r\n${close}\r\n`, 400),
  );

  test.each([
    ['is missing', ''],
    ['comes twice', 'Host: g\r\nHost: h\r\n'],
    ['comes twice, the same', 'Host: g\r\nHOST: g\r\n'],
    ['has a space before its colon', 'Host : g\r\n'],
    ['is folded', 'Host:\r\n g\r\n'],
  ])('when it %s, then the request is refused', (_what, headers) =>
    gateway.expectRefused(`${line}${headers}${close}\r\n`, 400),
  );

  test.each(['contacts.example:8443', '127.0.0.1', '[::1]:8080', 'a_b'])(
    'when it is %s, then it goes on beside',
    async (host) => {
      const { requests } = await gateway.expectForwarded(`${line}Host: ${host}\r\n${close}\r\n`, [`GET ${contacts}`]);
      expect(requests[0]?.headers).toContainEqual(['x-forwarded-host', host]);
    },
  );
});

describe('headers', () => {
  test.each([
    ['a folded line', 'X-A: b\r\n c\r\n', 400],
    ['a line folded with a tab', 'X-A: b\r\n\tX-B: c\r\n', 400],
    ['a space before a colon', 'X-A : b\r\n', 400],
    ['a space in a name', 'X A: b\r\n', 400],
    ['no name', ': b\r\n', 400],
    ['no colon', 'X-A\r\n', 400],
    ['a bare line feed', 'X-A: b\nX-B: c\r\n', 400],
    ['a bare carriage return', 'X-A: b\rX-B: c\r\n', 400],
    ['NUL', 'X-A: b\0c\r\n', 400],
    ['another control character', 'X-A: b\x0bc\r\n', 400],
    ['a name that is no ASCII', 'X-\u00e5: b\r\n', 400],
    ['3000 headers', 'X: 1\r\n'.repeat(3_000), 431],
    ['a header of 20 kB', `X-A: ${'x'.repeat(20_000)}\r\n`, 431],
    ['a name of 20 kB', `${'x'.repeat(20_000)}: b\r\n`, 431],
    ['an expectation that is none', 'Expect: tea\r\n', 417],
  ])('when there is %s, then the request is refused', (_what, headers, status) =>
    gateway.expectRefused(withHeaders(headers), status),
  );

  test.each([
    ['Connection names Host', 'Connection: host\r\n'],
    ['Connection names the id of the request', 'Connection: x-request-id, x-forwarded-for\r\n'],
    ['Connection names the credential of the gateway', 'Connection: internal-token\r\nInternal-Token: mine\r\n'],
    ['Connection names itself', 'Connection: connection, keep-alive, te\r\nTE: trailers\r\nKeep-Alive: 1\r\n'],
    ['Connection has odd commas', 'Connection: ,, ,keep-alive,\r\n'],
    ['there is an old Proxy-Connection', 'Proxy-Connection: keep-alive\r\n'],
    ['credentials of the gateway are claimed', 'Internal-Token: a\r\nINTERNAL-TOKEN: b\r\n'],
    ['another host is claimed', 'X-Forwarded-Host: evil\r\nX-Original-URL: /internal\r\nX-Rewrite-URL: /internal\r\n'],
    ['a method is claimed', 'X-HTTP-Method-Override: DELETE\r\n'],
    ['a WebSocket is asked for', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n'],
    ['HTTP/2 is asked for', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'],
  ])('when %s, then one plain request goes on', async (_what, headers) => {
    const { requests } = await gateway.expectForwarded(withHeaders(headers), [`GET ${contacts}`]);
    expect(requests[0]?.headers).toContainEqual(['x-forwarded-for', '127.0.0.1']);
  });

  test('when Connection names what authorizes, then it stays behind with the connection', async () => {
    const { requests } = await gateway.expectForwarded(
      withHeaders('Connection: authorization\r\nAuthorization: Bearer t\r\n'),
      [`GET ${contacts}`],
    );
    expect(requests[0]?.headers.map(([name]) => name)).not.toContain('authorization');
  });

  test('when a header has bytes beyond ASCII, then they go on as they are', async () => {
    const { requests } = await gateway.expectForwarded(withHeaders('X-A: \xc3\xa5\r\n'), [`GET ${contacts}`]);
    expect(requests[0]?.headers).toContainEqual(['x-a', '\xc3\xa5']);
  });
});

describe('several requests on one connection', () => {
  const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: g\r\n${headers}\r\n`;
  const statuses = (answer: string) => answer.match(/(?<=HTTP\/1\.1 )\d+/g);

  test('when they are pipelined, then each goes on, and they are answered in their order', async () => {
    const post = `POST ${contacts} HTTP/1.1\r\nHost: g\r\nContent-Length: 3\r\n\r\nabc`;
    const bytes = get(`${contacts}/c-1`) + post + get('/nowhere') + get(`${contacts}/c-2`, close);
    const { answer, requests } = await gateway.expectForwarded(bytes, expect.any(Array) as never);
    expect(requests.map(({ asks, body }) => asks + body).sort()).toEqual([
      `GET ${contacts}/c-1`,
      `GET ${contacts}/c-2`,
      `POST ${contacts}abc`,
    ]);
    expect(statuses(answer)).toEqual(['200', '200', '404', '200']);
  });

  test('when the next one cannot be read, then the first is answered', async () => {
    const { answer } = await gateway.expectForwarded(`${get(contacts)}nonsense\r\n\r\n`, [`GET ${contacts}`]);
    expect(statuses(answer)).toEqual(['200']);
  });

  test('when the first asks for the end of the connection, then it is answered and the next is none', async () => {
    const { answer } = await gateway.expectForwarded(get(contacts, close) + get(`${contacts}/c-1`), [
      `GET ${contacts}`,
    ]);
    expect(statuses(answer)).toEqual(['200']);
  });

  test('when one is refused for how it is written, then what follows is no request', async () => {
    const twoHosts = `${line}Host: g\r\nHost: h\r\n\r\n`;
    await gateway.expectRefused(twoHosts + get(`${contacts}/c-1`), 400);
  });

  test('when a request for another protocol has a follower, then the first is answered and the next is none', async () => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: h2c\r\n';
    const { answer } = await gateway.expectForwarded(get(contacts, upgrade) + get(`${contacts}/c-1`), [
      `GET ${contacts}`,
    ]);
    expect(statuses(answer)).toEqual(['200']);
  });
});
