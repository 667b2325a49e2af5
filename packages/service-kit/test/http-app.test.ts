import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, expectProblem, waitFor } from '@kontakt/testing';
import {
  believeOurs,
  createHttpApp,
  createLog,
  mountRoutes,
  parseRequest,
  Problem,
  startHttpServer,
} from '../src/index.ts';

const lines: Record<string, unknown>[] = [];
const sink = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(JSON.parse(chunk.toString()));
    done();
  },
});
const log = createLog({ service: 'test', level: 'info', destination: sink });
const token = 'a-token-only-for-tests';

let http: Awaited<ReturnType<typeof startHttpServer>>;
let api: ReturnType<typeof createClient>;
let finishSlowly: () => void = () => undefined;
beforeAll(async () => {
  const app = createHttpApp({
    log,
    caller: believeOurs([token]),
    mount: (routes) => {
      mountRoutes(routes, '', {
        '/bug': {
          get: () => {
            throw new TypeError('SELECT secret FROM /home/somebody/app.ts');
          },
        },
        '/quoting-bug': {
          get: () => {
            throw Object.assign(new Error('Invalid `create()` with email "ane.berg@org.no"'), {
              name: 'PrismaClientValidationError',
            });
          },
        },
        '/problem': {
          get: () => {
            throw new Problem(409, 'already-exists', 'It is there.', { members: { existing_id: 'x-1' } });
          },
        },
        '/slow': {
          get: async (_req, res) => {
            await new Promise<void>((resolve) => {
              finishSlowly = resolve;
            });
            res.json({ done: true });
          },
        },
        '/echo': {
          post: (req, res) => {
            parseRequest(req, {});
            res.json({});
          },
        },
      });
    },
  });
  http = await startHttpServer(app, { port: 0, host: '127.0.0.1', log });
  api = createClient(http.url);
});
afterAll(() => http.stop());

const logged = (id: string) => lines.find(({ request_id }) => request_id === id);

describe('when a route has a bug', () => {
  test('then the answer is a 500 that tells nothing, and the log has the rest under the same id', async () => {
    const { body } = expectProblem(await api.get('/bug'), 500);
    expect(JSON.stringify(body)).not.toMatch(/secret|somebody/);
    await waitFor(() => logged(body.request_id) !== undefined);
    expect(logged(body.request_id)).toMatchObject({
      level: 'error',
      status: 500,
      err: {
        type: 'TypeError',
        message: expect.stringContaining('secret'),
        stack: expect.stringContaining('http-app.test.ts'),
      },
    });
  });

  test('then what a database library quotes of the data is not logged', async () => {
    const { body } = expectProblem(await api.get('/quoting-bug'), 500);
    await waitFor(() => logged(body.request_id) !== undefined);
    expect(logged(body.request_id)).toMatchObject({ err: { type: 'PrismaClientValidationError' } });
    expect(JSON.stringify(lines)).not.toContain('ane.berg');
  });
});

test('when anything is answered, then browsers are told to make no page of it, and nothing that only pages use', async () => {
  const { headers } = await api.get('/problem');
  const names = [...headers.keys()].filter(
    (name) => !/^(?:connection|content-(?:length|type)|date|keep-alive)$/.test(name),
  );
  expect(Object.fromEntries(names.map((name) => [name, headers.get(name)]))).toEqual({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-request-id': expect.any(String),
  });
});

test('when a problem is thrown, then it is the answer, with its own members', async () => {
  expect(expectProblem(await api.get('/problem?q=private'), 409).body).toMatchObject({
    existing_id: 'x-1',
    instance: '/problem',
  });
});

test('when a request is logged, then in one line, with its route but nothing of what was asked for', async () => {
  const { headers } = await api.post('/echo?q=ane.berg', {}, { 'X-Name': 'ane.berg' });
  const id = headers.get('x-request-id') ?? '';
  await waitFor(() => logged(id) !== undefined);
  expect(lines.filter(({ request_id }) => request_id === id)).toEqual([
    {
      level: 'info',
      time: expect.any(String),
      service: 'test',
      request_id: id,
      method: 'POST',
      route: '/echo',
      status: 400,
      duration_ms: expect.any(Number),
      bytes: expect.any(Number),
      subject: null,
      msg: 'request completed',
    },
  ]);
  const { headers: notFound } = await api.get('/ane.berg');
  await waitFor(() => logged(notFound.get('x-request-id') ?? '') !== undefined);
  expect(logged(notFound.get('x-request-id') ?? '')).toMatchObject({ route: null, status: 404 });
  expect(JSON.stringify(lines)).not.toContain('ane.berg');
});

test('when a body ends before its announced length, then the service goes on', async () => {
  const socket = connect(http.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":');
  socket.destroy();
  expect((await api.post('/echo', {})).status).toBe(200);
});

test.each([
  ['a client', ''],
  ['a client that wishes another protocol', 'Connection: upgrade\r\nUpgrade: h2c\r\n'],
])('when %s says no more in the middle of a body, then it is told', async (_who, headers) => {
  const socket = connect({ port: http.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(
    `POST /echo HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":`,
  );
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('application/problem+json');
});

test('when it is stopped, then a request in flight is finished and new ones are not taken', async () => {
  const app = createHttpApp({
    log,
    caller: believeOurs([token]),
    mount: (routes) => {
      mountRoutes(routes, '', {
        '/slow': {
          get: async (_req, res) => {
            await new Promise<void>((resolve) => {
              finishSlowly = resolve;
            });
            res.json({ done: true });
          },
        },
      });
    },
  });
  const server = await startHttpServer(app, { port: 0, host: '127.0.0.1', log });
  const client = createClient(server.url);
  let inside = false;
  const before = finishSlowly;
  const inFlight = client.get('/slow');
  await waitFor(() => (inside = finishSlowly !== before));
  expect(inside).toBe(true);

  const stopped = server.stop();
  await expect(client.get('/slow')).rejects.toThrow();
  finishSlowly();
  expect((await inFlight).body).toEqual({ done: true });
  await stopped;
});
