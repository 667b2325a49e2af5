import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@kontakt/testing';
import { startTestGateway, type Gateway } from './gateway.ts';

const contacts = '/api/v1/contacts';
const patience = { headersMs: 400, requestMs: 800, stalledMs: 600, totalMs: 60_000 };
const get = `GET ${contacts} HTTP/1.1\r\nHost: g\r\n\r\n`;
const head = `POST ${contacts} HTTP/1.1\r\nHost: g\r\n`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway({ patience });
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

/** Sends the start, and then one byte after the other. */
async function trickle(start: string, byte: string) {
  const socket = connect(gateway.port, '127.0.0.1');
  const started = performance.now();
  socket.write(start);
  const timer = setInterval(() => socket.write(byte), 50);
  const answer = await text(socket.on('error', () => undefined));
  clearInterval(timer);
  return { answer, tookMs: performance.now() - started };
}

function expectTooSlow(answer: string) {
  const [answerHead = '', body = ''] = answer.split('\r\n\r\n');
  expect(answerHead).toMatch(/^HTTP\/1\.1 408 /);
  expect(answerHead).toContain('application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status: 408, type: 'urn:kontakt:problem:request-too-slow' });
}

/** Within a second. */
const expectToEndSoon = ({ socket }: IncomingMessage) => waitFor(() => socket.destroyed, { timeoutMs: 1_000 });

describe('a client that is slow', () => {
  test.each([
    ['its headers', `${head}X-A: `, patience.headersMs],
    ['its request line', `GET ${contacts}/`, patience.headersMs],
  ])('when it sends %s byte by byte, then it gets a 408 after the limit', async (_what, start, limitMs) => {
    const { answer, tookMs } = await trickle(start, 'x');
    expectTooSlow(answer);
    expect(tookMs).toBeGreaterThan(limitMs - 10);
    expect(tookMs).toBeLessThan(limitMs + 1_000);
    expect(gateway.received()).toEqual([]);
  });

  test('when it sends its body byte by byte, then it gets a 408, and the request to the service ends', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    gateway.contactRepository.answer((req) => {
      arrived.resolve(req.on('error', () => undefined));
    });
    const { answer, tookMs } = await trickle(`${head}Content-Length: 1000\r\n\r\n`, 'x');
    expectTooSlow(answer);
    expect(tookMs).toBeGreaterThan(patience.requestMs - 10);
    const req = await arrived.promise;
    await expectToEndSoon(req);
    expect(req.complete).toBe(false);
  });

  test('when it says nothing at all, then its connection ends', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    expectTooSlow(await text(socket));
  });

  test('when it does not read its answer, then it is cut off, and so is the request to the service', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    gateway.contactRepository.answer((req, res) => {
      arrived.resolve(req);
      res.end(Buffer.alloc(64 * 1024 * 1024));
    });
    const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined);
    socket.write(get);
    const { socket: toService } = await arrived.promise;
    await waitFor(() => toService.destroyed, { timeoutMs: patience.stalledMs + 2_000 });
    socket.destroy();
  });

  test('when it takes its time but goes on reading, then it gets everything', async () => {
    const length = 16 * 1024 * 1024;
    gateway.contactRepository.answer((_req, res) => res.end(Buffer.alloc(length)));
    const req = request({ port: gateway.port, path: contacts, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const started = performance.now();
    let read = 0;
    for await (const data of res as AsyncIterable<Buffer>) {
      read += data.length;
      // 16 pauses.
      if (read % (1024 * 1024) < data.length) await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(read).toBe(length);
    expect(performance.now() - started).toBeGreaterThan(patience.stalledMs);
  });
});

test('when a client reads slowly but without an end, then it is cut off all the same', async () => {
  const totalMs = 300;
  const strict = await startTestGateway({ patience: { ...patience, totalMs } });
  const arrived = Promise.withResolvers<IncomingMessage>();
  strict.contactRepository.answer((req, res) => {
    arrived.resolve(req);
    res.end(Buffer.alloc(64 * 1024 * 1024));
  });
  const started = performance.now();
  const client = connect(strict.port, '127.0.0.1').on('error', () => undefined);
  client.write(get);
  const reading = setInterval(() => client.read(), 10);
  const { socket: toService } = await arrived.promise;
  await waitFor(() => toService.destroyed);
  expect(performance.now() - started).toBeGreaterThan(totalMs - 10);
  clearInterval(reading);
  client.destroy();
  await strict.stop();
});

describe('a client that goes away', () => {
  test('when it goes before the answer, then the request to the service ends', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    gateway.contactRepository.answer((req) => {
      arrived.resolve(req);
    });
    const client = connect(gateway.port, '127.0.0.1');
    client.write(get);
    const req = await arrived.promise;
    client.destroy();
    await expectToEndSoon(req);
  });

  test('when it goes in the middle of its body, then the request to the service ends', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    gateway.contactRepository.answer((req) => {
      req
        .on('error', () => undefined)
        .once('data', () => {
          arrived.resolve(req);
        });
    });
    const client = connect(gateway.port, '127.0.0.1');
    client.write(`${head}Content-Length: 100\r\n\r\nthe first half`);
    const req = await arrived.promise;
    client.destroy();
    await expectToEndSoon(req);
    expect(req.complete).toBe(false);
  });

  test('when the rest of its body cannot be read, then it gets a 400, and the request to the service ends', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    gateway.contactRepository.answer((req) => {
      req
        .on('error', () => undefined)
        .once('data', () => {
          arrived.resolve(req);
        });
    });
    const client = connect(gateway.port, '127.0.0.1');
    client.write(`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`);
    const req = await arrived.promise;
    client.write('GET /internal/contacts/c-1 HTTP/1.1\r\n\r\n');
    expect(await text(client)).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json/s);
    await expectToEndSoon(req);
    expect(req.complete).toBe(false);
  });

  test('when it goes in the middle of the answer, then the service is told', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    gateway.contactRepository.answer((req, res) => {
      res.write('the first half');
      arrived.resolve(req);
    });
    const client = connect(gateway.port, '127.0.0.1');
    client.write(get);
    const req = await arrived.promise;
    await once(client, 'data');
    client.destroy();
    await expectToEndSoon(req);
  });
});

test('when 500 connections are held half open, then others are served, and they are cut after the limit', async () => {
  const headersMs = 1_000;
  const crowded = await startTestGateway({ patience: { ...patience, headersMs, requestMs: 2_000 } });
  const sockets: Socket[] = Array.from({ length: 500 }, () => connect(crowded.port, '127.0.0.1'));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const open = new Set(sockets);
  for (const socket of sockets) {
    socket.write(`${head}X-A: `);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    socket.resume();
  }
  const started = performance.now();
  for (let i = 0; i < 5; i++) expect((await crowded.send('GET', contacts)).status).toBe(200);
  // All of them together in less time than one of the others may take.
  expect(performance.now() - started).toBeLessThan(headersMs);
  await waitFor(() => open.size === 0);
  await crowded.stop();
});
