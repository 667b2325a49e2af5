import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, expectProblem, waitFor } from '@kontakt/testing';
import { createHttpApp, createLog, mountRoutes, parseRequest, Problem, startHttpServer } from '../src/index.ts';

const lines: Record<string, unknown>[] = [];
const sink = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(JSON.parse(chunk.toString()));
    done();
  },
});
const log = createLog({ service: 'test', level: 'info', destination: sink });

let http: Awaited<ReturnType<typeof startHttpServer>>;
let api: ReturnType<typeof createClient>;
let finishSlowly: () => void = () => undefined;
beforeAll(async () => {
  const app = createHttpApp({
    log,
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
  http = await startHttpServer(app, { port: 0, host: '127.0.0.1' });
  api = createClient(http.url);
});
afterAll(() => http.stop());

const logged = (id: string) => lines.find(({ req }) => (req as { id?: string } | undefined)?.id === id);

describe('when a route has a bug', () => {
  test('then the answer is a 500 that tells nothing, and the log has the rest under the same id', async () => {
    const { body } = expectProblem(await api.get('/bug'), 500);
    expect(JSON.stringify(body)).not.toMatch(/secret|somebody/);
    await waitFor(() => logged(body.request_id) !== undefined);
    expect(logged(body.request_id)).toMatchObject({
      level: 'error',
      res: { status: 500 },
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

test('when a problem is thrown, then it is the answer, with its own members', async () => {
  expect(expectProblem(await api.get('/problem?q=private'), 409).body).toMatchObject({
    existing_id: 'x-1',
    instance: '/problem',
  });
});

test('when a request is logged, then with its path but not its query', async () => {
  const { headers } = await api.get('/nowhere?q=ane.berg');
  const id = headers.get('x-request-id') ?? '';
  await waitFor(() => logged(id) !== undefined);
  expect(logged(id)).toMatchObject({
    level: 'info',
    req: { id, method: 'GET', path: '/nowhere' },
    res: { status: 404 },
  });
  expect(JSON.stringify(lines)).not.toContain('ane.berg');
});

test('when the caller sends a request id, then it is kept if it is harmless', async () => {
  expect((await api.get('/nowhere', { 'X-Request-Id': 'abc-123' })).headers.get('x-request-id')).toBe('abc-123');
  expect((await api.get('/nowhere', { 'X-Request-Id': 'a b"c' })).headers.get('x-request-id')).toMatch(
    /^[0-9a-f-]{36}$/,
  );
});

test('when a body ends before its announced length, then the service goes on', async () => {
  const socket = connect(http.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":');
  socket.destroy();
  expect((await api.post('/echo', {})).status).toBe(200);
});

test('when it is stopped, then a request in flight is finished and new ones are not taken', async () => {
  const app = createHttpApp({
    log,
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
  const server = await startHttpServer(app, { port: 0, host: '127.0.0.1' });
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
