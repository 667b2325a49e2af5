import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog, startHttpServer } from '../src/index.ts';

let http: Awaited<ReturnType<typeof startHttpServer>>;
beforeAll(async () => {
  http = await startHttpServer((_req, res) => res.end('reached'), {
    port: 0,
    host: '127.0.0.1',
    log: createLog({ service: 'test', level: 'silent' }),
  });
});
afterAll(() => http.stop());

/** Sends bytes as they are; answers with all that comes back until the server ends the connection. */
async function sendRaw(bytes: string): Promise<string> {
  const socket = connect(http.port, '127.0.0.1');
  socket.write(bytes, 'latin1');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

const request = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;

test.each([
  ['a URL over 8 kB', request(`/${'x'.repeat(9_000)}`), 414],
  ['a URL longer than headers may be', request(`/${'x'.repeat(40_000)}`), 414],
  ['a URL of many packets', request(`/${'x'.repeat(500_000)}`), 414],
  ['too many headers', request('/', 'X-Bomb: 1\r\n'.repeat(4_000)), 431],
  ['a huge header', request('/', `X-Bomb: ${'x'.repeat(100_000)}\r\n`), 431],
  ['a whole URL as the target', request('http://[::1'), 400],
  ['a star', `OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 400],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['another protocol', 'EHLO mail\r\n\r\n', 400],
  ['a folded header', request('/', 'X-A: 1\r\n  folded\r\n'), 400],
  ['two lengths', request('/', 'Content-Length: 1\r\nContent-Length: 2\r\n'), 400],
  ['a length and chunks', request('/', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'), 400],
])('when %s comes in, then the answer is a problem document', async (_what, bytes, status) => {
  const answer = await sendRaw(bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toContain('application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status, type: expect.any(String), request_id: expect.any(String) });
});

test('when the next request after a good one cannot be read, then the good one is answered', async () => {
  const answer = await sendRaw('GET / HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  expect(answer).toContain('reached');
});
