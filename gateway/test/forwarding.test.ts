import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestGateway, type Gateway } from './gateway.ts';

const contacts = '/api/v1/contacts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

const lastReceived = () => {
  const recorded = gateway.contactRepository.received.at(-1);
  if (!recorded) throw new Error('nothing was received');
  return recorded;
};

describe('the headers of a request', () => {
  test('when headers are named in Connection, then they and Connection itself stay behind', async () => {
    const headersSent = [
      'Connection: close, X-Secret,x-forwarded-for , X-Request-Id',
      'X-Secret: 1',
      'X-Open: 2',
      'Keep-Alive: timeout=1',
      'TE: trailers',
      'Trailer: X-Sum',
    ];
    await gateway.sendRaw(`GET ${contacts} HTTP/1.1\r\nHost: g\r\n${headersSent.join('\r\n')}\r\n\r\n`);
    const { headers } = lastReceived();
    expect(headers).toMatchObject({
      'x-open': '2',
      connection: 'keep-alive',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(Object.keys(headers).filter((name) => /^(x-secret|keep-alive|te|trailer)$/.test(name))).toEqual([]);
  });

  test('when headers are meant for the service, then it gets them', async () => {
    const sent = { 'If-Match': '"1"', 'Idempotency-Key': 'k', Accept: 'application/json' };
    await gateway.send('PUT', `${contacts}/c-1`, sent, '{}');
    expect(lastReceived().headers).toMatchObject({
      'if-match': '"1"',
      'idempotency-key': 'k',
      accept: 'application/json',
    });
  });

  test('when a client waits for 100 Continue, then it gets it and the service gets the body', async () => {
    const req = request({ port: gateway.port, method: 'POST', path: contacts, agent: false });
    req.setHeader('Expect', '100-continue').setHeader('Content-Length', 2).flushHeaders();
    await once(req, 'continue');
    req.end('{}');
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect(res.resume().statusCode).toBe(200);
    expect(lastReceived()).toMatchObject({
      body: '{}',
      headers: expect.not.objectContaining({ expect: '100-continue' }),
    });
  });
});

describe('an answer', () => {
  test('when the service answers, then status, headers and body go on without what concerns its connection', async () => {
    gateway.contactRepository.answer((_req, res) => {
      res.writeHead(201, [
        ['Location', `${contacts}/usr_1`],
        ['ETag', '"1"'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['Connection', 'close, X-Hop'],
        ['X-Hop', '1'],
        ['Keep-Alive', 'timeout=1'],
        ['Content-Length', '2'],
      ].flat()); // prettier-ignore
      res.end('{}');
    });
    const answer = await gateway.send('POST', contacts, { Connection: 'keep-alive' }, '{}');
    expect(answer).toMatchObject({ status: 201, body: '{}' });
    expect(answer.headers).toMatchObject({
      location: `${contacts}/usr_1`,
      etag: '"1"',
      'set-cookie': ['a=1', 'b=2'],
      connection: 'keep-alive',
      'keep-alive': 'timeout=65',
      'content-length': '2',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers['x-hop']).toBeUndefined();
  });

  test.each([204, 304, 404, 500])('when the service answers %d, then so does the gateway', async (status) => {
    gateway.contactRepository.answer((_req, res) => res.writeHead(status).end());
    expect((await gateway.send('GET', contacts)).status).toBe(status);
  });

  test('when an HTTP/1.0 client asks, then its answer ends with the connection', async () => {
    const answer = await gateway.sendRaw(`GET ${contacts} HTTP/1.0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).not.toMatch(/transfer-encoding/i);
    expect(answer).toMatch(/\r\n\r\n\{"service":"contact-repository"\}$/);
  });
});

describe('connections to a service', () => {
  test('when one request follows another, then they share a connection', async () => {
    await gateway.send('GET', contacts);
    await gateway.send('DELETE', `${contacts}/c-1`);
    await gateway.send('PUT', `${contacts}/c-1`, {}, '{}');
    const sockets = gateway.contactRepository.received.map(({ socket }) => socket.remotePort);
    expect(new Set(sockets).size).toBe(1);
  });
});

describe('large bodies', () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const chunks = 512; // 32 MB: more than all the buffers on the way

  test('when a body is sent, then the service reads it while it is sent, and the client is held back', async () => {
    const arrived = Promise.withResolvers<() => void>();
    gateway.contactRepository.answer((req, res) => {
      arrived.resolve(() => {
        let read = 0;
        req.on('data', (data: Buffer) => (read += data.length));
        req.on('end', () => res.end(String(read)));
      });
    });

    const req = request({ port: gateway.port, method: 'POST', path: contacts, agent: false });
    let sent = 0;
    const write = () => {
      while (sent < chunks) {
        sent += 1;
        if (!req.write(chunk)) {
          req.once('drain', write);
          return;
        }
      }
      req.end();
    };
    write();
    const readAll = await arrived.promise;
    await sleep(100);
    expect(sent).toBeLessThan(chunks);
    readAll();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect(await text(res)).toBe(String(chunks * chunk.length));
  });

  test('when a body is answered, then the client reads it while it is sent, and the service is held back', async () => {
    let sent = 0;
    gateway.contactRepository.answer((_req, res) => {
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

    const req = request({ port: gateway.port, path: contacts, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    await sleep(100);
    expect(sent).toBeLessThan(chunks);
    let read = 0;
    for await (const data of res as AsyncIterable<Buffer>) read += data.length;
    expect(read).toBe(chunks * chunk.length);
  });

  test('when a service answers before it has read the body, then the client gets the answer', async () => {
    gateway.contactRepository.answer((_req, res) => res.writeHead(413).end('too large'));
    const answer = await gateway.send('POST', contacts, { 'Content-Length': 5_000_000 }, 'x'.repeat(5_000_000));
    expect(answer).toMatchObject({ status: 413, body: 'too large' });
  });
});
