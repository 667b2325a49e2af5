import { once } from 'node:events';
import { request, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@kontakt/testing';
import { createDelayMeter } from '../src/overload.ts';
import { json, startTestGateway, type Answer, type Gateway } from './gateway.ts';

const contacts = '/api/v1/contacts';
const maxInFlight = 2;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway({ maxInFlight });
});
afterEach(() => {
  gateway.reset();
});
afterAll(() => gateway.stop());

function expectOverloaded(answer: Answer, detail: string) {
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(json(answer)).toMatchObject({ type: 'urn:kontakt:problem:overloaded', detail });
}

/** Lets Contact Repository take requests without an answer, until it is told to go on. */
function holdAnswers(answer: RequestListener = (_req, res) => res.end('{}')) {
  const held: (() => void)[] = [];
  gateway.contactRepository.answer((req, res) => {
    held.push(() => {
      answer(req, res);
    });
  });
  return {
    /** Sends as many as may wait. */
    async fill(): Promise<Promise<Answer>[]> {
      const answers = Array.from({ length: maxInFlight }, () => gateway.send('GET', contacts));
      await waitFor(() => held.length === maxInFlight);
      return answers;
    },
    goOn() {
      for (const respond of held.splice(0)) respond();
    },
  };
}

describe('requests that wait for a service', () => {
  test('when as many wait as may, then the next is refused at once, until one has been answered', async () => {
    const service = holdAnswers();
    const waiting = await service.fill();
    expectOverloaded(await gateway.send('GET', contacts), 'Contact Repository has too much to do just now.');
    expectOverloaded(await gateway.send('POST', contacts, {}, '{}'), 'Contact Repository has too much to do just now.');
    service.goOn();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    gateway.contactRepository.answer();
    expect((await gateway.send('GET', contacts)).status).toBe(200);
  });

  test('when they do, then other services and the probes of health are not concerned', async () => {
    const service = holdAnswers();
    const waiting = await service.fill();
    expect((await gateway.send('GET', `${contacts}?context=edit`)).status).toBe(200);
    expect((await gateway.send('GET', '/livez')).status).toBe(200);
    service.goOn();
    await Promise.all(waiting);
  });

  test('when their clients give up, then their places are free', async () => {
    holdAnswers();
    const clients = Array.from({ length: maxInFlight }, () => {
      const client = connect(gateway.port, '127.0.0.1');
      client.write(`GET ${contacts} HTTP/1.1\r\nHost: g\r\n\r\n`);
      return client;
    });
    await waitFor(async () => (await gateway.send('POST', contacts, {}, '{}')).status === 503);
    for (const client of clients) client.destroy();
    gateway.contactRepository.answer();
    await waitFor(async () => (await gateway.send('GET', contacts)).status === 200);
  });

  test('when clients are slow to send, then they take no places', async () => {
    const clients = Array.from({ length: maxInFlight * 2 }, () => {
      const req = request({ port: gateway.port, method: 'POST', path: contacts, agent: false });
      req.on('error', () => undefined).write('{');
      return req;
    });
    const arrived = gateway.contactRepository;
    await sleep(50);
    expect((await gateway.send('GET', contacts)).status).toBe(200);
    for (const req of clients) req.end('}');
    await Promise.all(clients.map((req) => once(req, 'response')));
    expect(arrived.received).toHaveLength(1 + clients.length);
  });

  test('when clients are slow to read, then they take no places', async () => {
    gateway.contactRepository.answer((_req, res) => res.end(Buffer.alloc(32 * 1024 * 1024)));
    const answers = await Promise.all(
      Array.from({ length: maxInFlight * 2 }, async () => {
        const req = request({ port: gateway.port, path: contacts, agent: false }).end();
        const [res] = (await once(req, 'response')) as [IncomingMessage];
        return res;
      }),
    );
    gateway.contactRepository.answer();
    expect((await gateway.send('GET', contacts)).status).toBe(200);
    for (const res of answers) res.destroy();
  });
});

describe('a process that is too busy', () => {
  test('when it comes round too rarely, then requests are refused, and the probes of health are not', async () => {
    let delayMs = 250;
    const busy = await startTestGateway({ delayMs: () => delayMs });
    expect((await busy.send('GET', contacts)).status).toBe(200);
    delayMs = 251;
    expectOverloaded(await busy.send('GET', contacts), 'The gateway has too much to do just now.');
    expect((await busy.send('GET', '/livez')).status).toBe(200);
    expect(busy.received()).toHaveLength(1);
    await busy.stop();
  });

  test('when it blocks for once, then it is not busy; when again and again, then until it has stopped', async () => {
    const measure = createDelayMeter(100);
    block(300);
    await waitFor(() => measure() > 0);
    expect(measure()).toBeLessThan(100);
    for (let i = 0; i < 50 && measure() < 100; i++) {
      block(120);
      await setImmediate();
    }
    expect(measure()).toBeGreaterThan(100);
    await waitFor(() => measure() < 100);
  });
});

function block(ms: number) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('connections', () => {
  test('when there are as many as may be, then the next is closed without a word, until one has gone', async () => {
    const small = await startTestGateway({ maxConnections: 2 });
    const kept = [connect(small.port, '127.0.0.1'), connect(small.port, '127.0.0.1')];
    await Promise.all(kept.map((socket) => once(socket, 'connect')));
    await expect(small.send('GET', contacts)).rejects.toMatchObject({ code: 'ECONNRESET' });
    kept[0]?.destroy();
    await waitFor(async () => (await small.send('GET', contacts)).status === 200);
    kept[1]?.destroy();
    await small.stop();
  });
});
