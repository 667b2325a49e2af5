import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@kontakt/testing';
import { json, startTestGateway, type Answer, type Gateway } from './gateway.ts';

const contacts = '/api/v1/contacts';
const timeoutMs = 150;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway({ timeoutMs });
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

function expectProblem(answer: Answer, status: number, code: string, words: RegExp) {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(json(answer)).toEqual({
    type: `urn:kontakt:problem:${code}`,
    title: expect.any(String),
    status,
    detail: expect.stringMatching(words),
    instance: contacts,
    request_id: answer.headers['x-request-id'],
  });
  expect(answer.body).not.toMatch(/127\.0\.0\.1|localhost|ECONN|socket|hang up/);
  expect(answer.body).not.toContain(String(gateway.contactEdit.port));
}

describe('a service that is not there', () => {
  test('when nothing listens at its address, then the answer is 503 and names it', async () => {
    const alone = await startTestGateway();
    await alone.contactEdit.stop();
    const answer = await alone.send('GET', `${contacts}?context=edit`);
    expectProblem(answer, 503, 'service-unavailable', /^Contact Edit is not there just now\.$/);
    expect(answer.headers['retry-after']).toBe('1');
    expect((await alone.send('GET', contacts)).status).toBe(200);
    expect((await alone.send('POST', `${contacts}?context=edit`, {}, 'x'.repeat(1_000_000))).status).toBe(503);
    await alone.stop();
  });
});

describe('a service that breaks off', () => {
  test.each([
    ['GET', 'has been asked twice', 2],
    ['POST', 'has been asked once', 1],
  ])('when it breaks off before it answers a %s, then it %s and the answer is 502', async (method, _how, times) => {
    let asked = 0;
    gateway.contactRepository.answer((req) => {
      asked += 1;
      req.socket.destroy();
    });
    expectProblem(await gateway.send(method, contacts), 502, 'service-broken', /^Contact Repository broke off/);
    expect(asked).toBe(times);
  });

  test('when it breaks off while the body is sent, then the answer is 502', async () => {
    gateway.contactRepository.answer((req) => req.once('data', () => req.socket.destroy()));
    const answer = await gateway.send('POST', contacts, {}, 'x'.repeat(20_000_000));
    expectProblem(answer, 502, 'service-broken', /^Contact Repository broke off/);
  });

  test('when it breaks off while the body is sent, then the client can go on with its connection', async () => {
    gateway.contactRepository.answer((req) => req.once('data', () => req.socket.destroy()));
    const socket = connect(gateway.port, '127.0.0.1');
    const body = 'x'.repeat(2_000_000);
    socket.write(`POST ${contacts} HTTP/1.1\r\nHost: g\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    socket.write(`GET ${contacts}?context=edit HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`);
    expect((await text(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 502', 'HTTP/1.1 200']);
  });

  test('when it answers what is not HTTP, then the answer is 502', async () => {
    gateway.contactRepository.answer((req) => req.socket.end('nonsense\r\n\r\n'));
    expectProblem(await gateway.send('GET', contacts), 502, 'service-broken', /^Contact Repository broke off/);
  });

  test.each([
    ['of a known length', { 'Content-Length': '1000' }],
    ['in chunks', {}],
  ])('when it breaks off in a body %s, then the client knows at once', async (_what, headers) => {
    const patient = await startTestGateway({ timeoutMs: 30_000 });
    patient.contactRepository.answer((req, res) => {
      res.writeHead(200, headers).write('the first half');
      setTimeout(() => req.socket.destroy(), 20);
    });
    const started = performance.now();
    await expect(patient.send('GET', contacts)).rejects.toThrow('aborted');
    // Long before any time limit.
    expect(performance.now() - started).toBeLessThan(1_000);
    await patient.stop();
  });
});

describe('a kept connection that the service has just closed', () => {
  /** Leaves the gateway an open connection, into which the service answers no more. */
  async function closeOnNextRequest() {
    await gateway.send('GET', contacts);
    const [kept] = gateway.contactRepository.received;
    gateway.contactRepository.answer((req, res) => {
      if (req.socket === kept?.socket) req.socket.destroy();
      else res.end(`answered ${String(req.method)}`);
    });
  }

  test.each(['GET', 'HEAD'])('when a %s meets it, then it is sent again, once', async (method) => {
    await closeOnNextRequest();
    expect((await gateway.send(method, contacts)).status).toBe(200);
  });

  test.each([
    ['POST', contacts, undefined],
    ['PUT', `${contacts}/c-1`, undefined],
    ['DELETE', `${contacts}/c-1`, undefined],
    ['GET', contacts, '{}'],
  ])('when a %s of %s with the body %s meets it, then it is not sent again', async (method, path, body) => {
    await closeOnNextRequest();
    const headers = { 'Content-Length': body?.length ?? 0 };
    expect((await gateway.send(method, path, headers, body)).status).toBe(502);
    expect(gateway.contactRepository.received).toHaveLength(1);
  });

  test('when the second connection breaks too, then the answer is 502', async () => {
    await gateway.send('GET', contacts);
    let asked = 0;
    gateway.contactRepository.answer((req) => {
      asked += 1;
      req.socket.destroy();
    });
    expect((await gateway.send('GET', contacts)).status).toBe(502);
    expect(asked).toBe(2);
  });

  test('when it is closed while it is idle, then the gateway does not use it', async () => {
    await gateway.send('POST', contacts);
    gateway.contactRepository.received[0]?.socket.destroy();
    await sleep(20);
    expect((await gateway.send('POST', contacts)).status).toBe(200);
  });
});

describe('a service that is too slow', () => {
  test('when it does not answer in time, then the answer is 504 and its work is called off', async () => {
    let calledOff = false;
    gateway.contactRepository.answer((req) => req.socket.once('close', () => (calledOff = true)));
    const answer = await gateway.send('GET', contacts);
    expectProblem(answer, 504, 'service-too-slow', /^Contact Repository did not answer in time/);
    await waitFor(() => calledOff);
  });

  test('when it falls silent in the middle of a body, then the client is cut off', async () => {
    gateway.contactRepository.answer((_req, res) => res.write('the first half'));
    await expect(gateway.send('GET', contacts)).rejects.toThrow('aborted');
  });

  test('when it goes on sending for longer than the limit, then nothing happens to it', async () => {
    gateway.contactRepository.answer((_req, res) => {
      let sent = 0;
      const timer = setInterval(() => {
        res.write('x');
        if (++sent < 8) return;
        clearInterval(timer);
        res.end();
      }, timeoutMs / 3);
    });
    expect((await gateway.send('GET', contacts)).body).toBe('xxxxxxxx');
  });

  test('when it is the client that is slow to send, then the service has its full time after that', async () => {
    gateway.contactRepository.answer((req, res) => {
      req.resume().once('end', () => setTimeout(() => res.end(), timeoutMs * 0.5));
    });
    const req = request({ port: gateway.port, method: 'POST', path: contacts, agent: false });
    req.write('{');
    await sleep(timeoutMs * 1.9);
    req.end('}');
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect(res.resume().statusCode).toBe(200);
  });

  test('when it is the client that is slow to read, then it gets everything all the same', async () => {
    const length = 32 * 1024 * 1024;
    gateway.contactRepository.answer((_req, res) => res.end(Buffer.alloc(length)));
    const req = request({ port: gateway.port, path: contacts, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    await sleep(timeoutMs * 2.5);
    let read = 0;
    for await (const data of res as AsyncIterable<Buffer>) read += data.length;
    expect(read).toBe(length);
  });
});

describe('a stop', () => {
  test('when a request is in flight, then it is answered first, and no other is taken', async () => {
    const stopping = await startTestGateway();
    const arrived = Promise.withResolvers<() => void>();
    stopping.contactRepository.answer((_req, res) => {
      arrived.resolve(() => res.end('done'));
    });
    const inFlight = stopping.send('GET', contacts);
    const finish = await arrived.promise;
    const stopped = stopping.stop();
    await expect(stopping.send('GET', contacts)).rejects.toThrow('ECONNREFUSED');
    finish();
    expect((await inFlight).body).toBe('done');
    await stopped;
  });
});
