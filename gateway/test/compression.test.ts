import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, createGunzip, gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@kontakt/testing';
import { startTestGateway, type Gateway } from './gateway.ts';

const contact = '/api/v1/contacts/c-1';
const large = JSON.stringify({ contacts: Array.from({ length: 100 }, (_, i) => ({ id: `c-${i}`, name: 'Ane Berg' })) });
const json = { 'Content-Type': 'application/json; charset=utf-8' };

function decode(coding: string, body: Buffer): string {
  if (coding === 'br') return brotliDecompressSync(body).toString();
  return (coding === 'gzip' ? gunzipSync(body) : body).toString();
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

/** Lets the service answer as Express does: 304 and 412 by the entity tag that it knows. */
function serve(body = large, headers: Record<string, string> = {}) {
  const asked: IncomingMessage['headers'][] = [];
  gateway.contactRepository.answer((req, res) => {
    asked.push(req.headers);
    const { 'if-none-match': known, 'if-match': seen } = req.headers;
    const length = Buffer.byteLength(body);
    const all = { ...json, ETag: '"1-a"', 'Content-Length': String(length), ...headers };
    if (known?.split(', ').includes('"1-a"')) res.writeHead(304, { ETag: '"1-a"' }).end();
    else if (seen !== undefined && seen !== '"1-a"') res.writeHead(412).end();
    else res.writeHead('Content-Range' in headers ? 206 : 200, all).end(body);
  });
  return asked;
}

async function ask(headers: Record<string, string>, method = 'GET') {
  const req = request({ port: gateway.port, path: contact, method, headers, agent: false }).end();
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const body = await buffer(res);
  const coding = res.headers['content-encoding'] ?? '';
  return { status: res.statusCode, headers: res.headers, coding, length: body.length, body };
}

describe('what is compressed', () => {
  test.each([
    ['br', 'gzip, deflate, br', 'br'],
    ['gzip', 'gzip', 'gzip'],
    ['gzip', 'br;q=0.5, gzip', 'gzip'],
    ['', 'identity', ''],
    ['', 'br;q=0, gzip;q=0', ''],
    ['', 'zstd', ''],
  ])('when JSON of 1 kB is answered, then as %p to whoever accepts %s', async (expected, accepted) => {
    serve();
    const { status, headers, coding, body, length } = await ask({ 'Accept-Encoding': accepted });
    expect({ status, coding }).toEqual({ status: 200, coding: expected });
    expect(decode(expected, body)).toBe(large);
    expect(headers.vary).toBe('Accept-Encoding');
    if (expected === '') expect(headers['content-length']).toBe(String(large.length));
    else expect(headers).not.toHaveProperty('content-length');
    if (expected !== '') expect(length).toBeLessThan(large.length / 5);
  });

  test.each<[string, string, Record<string, string>, Record<string, string>]>([
    ['it is short', 'x'.repeat(1_000), {}, {}],
    ['it is an image', large, { 'Content-Type': 'image/png' }, {}],
    ['the service forbids it', large, { 'Cache-Control': 'private, no-transform' }, {}],
    ['the client forbids it', large, {}, { 'Cache-Control': 'no-transform' }],
    ['it is a part', large, { 'Content-Range': `bytes 0-${large.length - 1}/99999` }, { Range: 'bytes=0-' }],
    ['it is compressed already', large, { 'Content-Encoding': 'zstd' }, {}],
  ])('when %s, then it goes on as it is', async (_what, body, headers, sent) => {
    serve(body, headers);
    const answer = await ask({ 'Accept-Encoding': 'gzip', ...sent });
    expect(answer.body.toString()).toBe(body);
    expect(answer.headers['content-length']).toBe(String(body.length));
  });

  test('when a page of another origin asks for what is large, then the answer varies by both', async () => {
    const open = await startTestGateway({ corsOrigins: ['https://app.example'] });
    open.contactRepository.answer((_req, res) => res.writeHead(200, json).end(large));
    const { headers } = await open.send('GET', contact);
    expect(headers.vary).toBe('Origin, Accept-Encoding');
    await open.stop();
  });

  test('when HEAD is asked, then the answer has the headers and no body', async () => {
    serve();
    const { headers, length } = await ask({ 'Accept-Encoding': 'br' }, 'HEAD');
    expect(length).toBe(0);
    expect(headers).toMatchObject({ etag: '"1-a"', 'content-length': String(large.length), vary: 'Accept-Encoding' });
  });

  test('when the client speaks HTTP/1.0, then its answer ends with the connection', async () => {
    serve();
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(`GET ${contact} HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n`);
    const answer = await buffer(socket);
    const head = answer.subarray(0, answer.indexOf('\r\n\r\n')).toString();
    expect(head).not.toMatch(/transfer-encoding/i);
    expect(gunzipSync(answer.subarray(head.length + 4)).toString()).toBe(large);
  });
});

describe('the entity tag of a compressed answer', () => {
  test.each(['br', 'gzip'])('when it is %s, then the tag is its own, strong, and good for If-Match', async (coding) => {
    const asked = serve();
    const { etag = '' } = (await ask({ 'Accept-Encoding': coding })).headers;
    expect(etag).toBe(`"1-a-${coding}"`);
    for (const tag of [etag, '"1-a"']) {
      expect((await ask({ 'If-Match': tag }, 'PUT')).status).toBe(200);
      expect(asked.at(-1)?.['if-match']).toBe('"1-a"');
    }
    expect((await ask({ 'If-Match': `"2-b-${coding}"` }, 'PUT')).status).toBe(412);
  });

  test.each(['"1-a-br"', '"1-a"', '"0", "1-a-gzip"'])('when the client has %s, then it is told so', async (known) => {
    serve();
    const { status, headers, length } = await ask({ 'Accept-Encoding': 'br', 'If-None-Match': known });
    expect({ status, length }).toEqual({ status: 304, length: 0 });
    expect(headers).toMatchObject({ etag: known.split(', ').at(-1), vary: 'Accept-Encoding' });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  test('when the tag is weak, then it stays as it is', async () => {
    serve(large, { ETag: 'W/"1-a"' });
    expect((await ask({ 'Accept-Encoding': 'br' })).headers).toMatchObject({
      'content-encoding': 'br',
      etag: 'W/"1-a"',
    });
  });
});

describe('a compressed answer that comes bit by bit', () => {
  /** Sends the first half, and the second when told to. */
  function serveInHalves() {
    const arrived = Promise.withResolvers<{ finish: () => void; breakOff: () => void; req: IncomingMessage }>();
    gateway.contactRepository.answer((req, res) => {
      res.writeHead(200, json).write('first half');
      arrived.resolve({ req, finish: () => res.end(', second half'), breakOff: () => req.socket.destroy() });
    });
    return arrived.promise;
  }

  async function readFirstHalf(coding: string) {
    const service = serveInHalves();
    const req = request({ port: gateway.port, path: contact, headers: { 'Accept-Encoding': coding }, agent: false });
    const [res] = (await once(req.end(), 'response')) as [IncomingMessage];
    expect(res.headers['content-encoding']).toBe(coding);
    return { service: await service, req, res };
  }

  test('when the service has sent a half, then the client can read it', async () => {
    const { service, res } = await readFirstHalf('gzip');
    const plain = res.pipe(createGunzip()).setEncoding('utf8');
    let read = '';
    plain.on('data', (text: string) => (read += text));
    await waitFor(() => read === 'first half');
    service.finish();
    await once(plain, 'end');
    expect(read).toBe('first half, second half');
  });

  test.each(['br', 'gzip'])('when the service breaks off (%s), then the client knows at once', async (coding) => {
    const { service, res } = await readFirstHalf(coding);
    service.breakOff();
    await expect(buffer(res)).rejects.toThrow('aborted');
  });

  test.each(['br', 'gzip'])('when the client goes away (%s), then the service is told', async (coding) => {
    const { service, req } = await readFirstHalf(coding);
    req.destroy();
    await waitFor(() => service.req.socket.destroyed);
    service.finish();
    gateway.contactRepository.answer();
    expect((await gateway.send('GET', contact)).status).toBe(200);
  });

  test('when the client does not read, then the service is held back, and then gets on', async () => {
    const timeoutMs = 100; // for a service that is silent, not for a client
    const patient = await startTestGateway({ timeoutMs });
    const chunk = randomBytes(65_536);
    const chunks = 400;
    let sent = 0;
    patient.contactRepository.answer((_req, res) => {
      res.writeHead(200, json);
      const write = () => {
        while (sent < chunks) {
          sent += 1;
          if (!res.write(chunk)) {
            res.once('drain', write);
            return;
          }
        }
        res.end();
      };
      write();
    });
    const req = request({ port: patient.port, path: contact, headers: { 'Accept-Encoding': 'gzip' }, agent: false });
    const [res] = (await once(req.end(), 'response')) as [IncomingMessage];
    await sleep(timeoutMs * 3);
    expect(sent).toBeLessThan(chunks);
    expect(gunzipSync(await buffer(res))).toHaveLength(chunks * chunk.length);
    await patient.stop();
  });
});
