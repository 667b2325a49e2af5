import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startRawGateway, type RawGateway } from './raw.ts';
import type { RawRequest } from './read-requests.ts';

let gateway: RawGateway;
beforeAll(async () => {
  gateway = await startRawGateway();
});
afterAll(() => gateway.stop());

const contacts = '/api/v1/contacts';
const hidden = 'GET /internal/contacts/c-1 HTTP/1.1\r\nHost: g\r\n\r\n';
const inChunks = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

/** A request on a connection that ends with it; each header with its line's end. */
function ask(method: string, headers: string, body: string): string {
  const path = method === 'POST' ? contacts : `${contacts}/c-1`;
  return `${method} ${path} HTTP/1.1\r\nHost: g\r\nConnection: close\r\n${headers}\r\n${body}`;
}

const framing = (request: RawRequest | undefined) =>
  request?.headers.filter(([name]) => name === 'content-length' || name === 'transfer-encoding');

describe('a length and an encoding', () => {
  test.each([
    ['Content-Length, then Transfer-Encoding', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'],
    ['Transfer-Encoding, then Content-Length', 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n'],
    ['a length of 0 and chunks', 'content-length:0\r\ntransfer-encoding:chunked\r\n'],
    ['a length and an unknown encoding', 'Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n'],
    ['a length and identity', 'Content-Length: 4\r\nTransfer-Encoding: identity\r\n'],
  ])('when both are given (%s), then the request is refused', async (_what, headers) => {
    await gateway.expectRefused(ask('POST', headers, inChunks(hidden)), 400);
  });
});

describe('Transfer-Encoding', () => {
  test.each([
    ['xchunked', 501],
    ['chunkedx', 501],
    ['chunked, identity', 400],
    ['chunked, chunked', 400],
    ['chunked,', 400],
    ['identity', 501],
    ['"chunked"', 501],
    ['chunked;q=1', 501],
    ['chunked\t', 400],
    ['\x0bchunked', 400],
    ['\r\n chunked', 400],
    ['chunked\r\nTransfer-Encoding: chunked', 400],
    ['chunked\r\nTransfer-Encoding: identity', 400],
    ['identity\r\nTransfer-Encoding: chunked', 501],
    ['identity, chunked', 501],
    ['gzip, chunked', 501],
    [', chunked', 501],
  ])('when it is %j, then the request is refused', async (value, status) => {
    await gateway.expectRefused(ask('POST', `Transfer-Encoding: ${value}\r\n`, inChunks(hidden)), status);
  });

  test.each(['chunked', '\tchunked', 'chunked ', 'Chunked', 'CHUNKED'])(
    'when it is %j, then the body goes on, framed in one way',
    async (value) => {
      const request = ask('POST', `Transfer-Encoding: ${value}\r\n`, inChunks(hidden));
      const { requests } = await gateway.expectForwarded(request, [`POST ${contacts} ${hidden}`.trim()]);
      expect(framing(requests[0])).toHaveLength(1);
    },
  );

  test.each([
    'Transfer-Encoding : chunked',
    'Transfer-Encoding\t: chunked',
    ' Transfer-Encoding: chunked',
    'Transfer-Encoding\0: chunked',
  ])('when its line is %j, then the request is refused', async (line) => {
    await gateway.expectRefused(ask('POST', `X-A: b\r\n${line}\r\n`, inChunks(hidden)), 400);
  });

  test('when a request of HTTP/1.0 has it, then it is refused', async () => {
    const request = ask('POST', 'Transfer-Encoding: chunked\r\n', inChunks(hidden)).replace('HTTP/1.1', 'HTTP/1.0');
    await gateway.expectRefused(request, 400);
  });

  test('when a request says that it is HTTP/2, then it is refused', async () => {
    const request = ask('GET', 'Transfer-Encoding: chunked\r\n', inChunks(hidden)).replace('HTTP/1.1', 'HTTP/2.0');
    await gateway.expectRefused(request, 505);
  });
});

describe('Content-Length', () => {
  test.each(['+3', '-3', '0x3', '3,3', '3, 4', '3 3', '3;', '3.0', '1_0', '', 'three', '9'.repeat(20)])(
    'when it is %j, then the request is refused',
    async (value) => {
      await gateway.expectRefused(ask('POST', `Content-Length: ${value}\r\n`, `abc${hidden}`), 400);
    },
  );

  test.each(['3', '4'])('when there are two, 3 and %s, then the request is refused', async (second) => {
    const headers = `Content-Length: 3\r\nContent-Length: ${second}\r\n`;
    await gateway.expectRefused(ask('POST', headers, `abc${hidden}`), 400);
  });

  test.each(['Content-Length : 3', 'Content-Length:\r\n 3'])(
    'when its line is %j, then the request is refused',
    (line) => gateway.expectRefused(ask('POST', `${line}\r\n`, `abc${hidden}`), 400),
  );

  test.each(['3', '003', ' \t3\t '])('when it is %j, then what comes after the body is no request', async (value) => {
    await gateway.expectForwarded(ask('POST', `Content-Length: ${value}\r\n`, `abc${hidden}`), [
      `POST ${contacts} abc`,
    ]);
  });
});

describe('a body where none is expected', () => {
  const asBody = hidden.trim();

  test.each(['GET', 'HEAD', 'DELETE', 'PUT'])(
    'when a %s has one, then it is the body of one request',
    async (method) => {
      const expected = [`${method} ${contacts}/c-1 ${asBody}`];
      await gateway.expectForwarded(ask(method, 'Transfer-Encoding: chunked\r\n', inChunks(hidden)), expected);
      await gateway.expectForwarded(ask(method, `Content-Length: ${hidden.length}\r\n`, hidden), expected);
    },
  );

  test.each(['GET', 'DELETE'])(
    'when Connection names what frames the body of a %s, then it stays framed',
    async (method) => {
      const expected = [`${method} ${contacts}/c-1 ${asBody}`];
      const chunked = 'Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n';
      await gateway.expectForwarded(ask(method, chunked, inChunks(hidden)), expected);
      const withLength = `Connection: content-length\r\nContent-Length: ${hidden.length}\r\n`;
      await gateway.expectForwarded(ask(method, withLength, hidden), expected);
    },
  );

  test.each(['OPTIONS', 'TRACE', 'PATCH'])('when a %s has one, then nothing of it is a request', async (method) => {
    await gateway.expectRefused(ask(method, 'Transfer-Encoding: chunked\r\n', inChunks(hidden)), 405);
    await gateway.expectRefused(ask(method, `Content-Length: ${hidden.length}\r\n`, hidden), 405);
  });

  test.each(['POST', 'PUT', 'DELETE'])('when a %s has none, then what follows is no body', async (method) => {
    const path = method === 'POST' ? contacts : `${contacts}/c-1`;
    const { requests } = await gateway.expectForwarded(ask(method, '', hidden), [`${method} ${path}`]);
    expect(framing(requests[0])).toEqual(method === 'DELETE' ? [] : [['content-length', '0']]);
  });
});

describe('chunks', () => {
  const send = (body: string) => ask('POST', 'Transfer-Encoding: chunked\r\n', body);

  test.each([
    ['a negative size', '-3\r\nabc\r\n0\r\n\r\n'],
    ['a size with 0x', '0x3\r\nabc\r\n0\r\n\r\n'],
    ['a size in other letters', 'g\r\nabc\r\n0\r\n\r\n'],
    ['a size with a space before it', ' 3\r\nabc\r\n0\r\n\r\n'],
    ['no size', '\r\nabc\r\n0\r\n\r\n'],
    ['a size that overflows', 'ffffffffffffffff3\r\nabc\r\n0\r\n\r\n'],
    ['bare line feeds', '3\nabc\n0\n\n'],
    ['a bare line feed after a size', '3\nabc\r\n0\r\n\r\n'],
    ['a bare line feed in an extension', `3;a\n${hidden}\r\nabc\r\n0\r\n\r\n`],
    ['a bare carriage return after a size', '3\rabc\r\n0\r\n\r\n'],
    ['a chunk that is longer than its size', '3\r\nabcd\r\n0\r\n\r\n'],
    ['a chunk without its line end', `3\r\nabc0\r\n\r\n${hidden}`],
    ['an endless extension', `3;${'x'.repeat(40_000)}\r\nabc\r\n0\r\n\r\n`],
    ['a trailer with a space before its colon', `3\r\nabc\r\n0\r\nX : y\r\n\r\n${hidden}`],
    ['a trailer that would frame the body', `3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n${hidden}`],
    ['a trailer with a bare line feed', `3\r\nabc\r\n0\r\nX: y\n\n${hidden}`],
  ])('when there is %s, then nothing of it is a request', (_what, body) => gateway.expectRefused(send(body), 400));

  test.each([
    ['an extension', '3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n'],
    ['zeros before a size', '0003\r\nabc\r\n000\r\n\r\n'],
    ['a trailer', '3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n'],
    ['a trailer that would direct the request', '3\r\nabc\r\n0\r\nHost: h\r\nInternal-Token: x\r\n\r\n'],
    ['something after the last chunk', `${inChunks('abc')}${hidden}`],
  ])('when there is %s, then one request with one body goes on', async (_what, body) => {
    const { requests } = await gateway.expectForwarded(send(body), [`POST ${contacts} abc`]);
    expect(requests[0]?.headers).not.toContainEqual(['x-sum', '1']);
  });
});
