import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, expectProblem, type Client } from '@kontakt/testing';
import {
  acceptedTokens,
  believeOurs,
  createHttpApp,
  createLog,
  mountRoutes,
  requireInternalToken,
  startHttpServer,
} from '../src/index.ts';

const log = createLog({ service: 'test', level: 'silent' });
const [current, previous] = ['token-of-today-0123', 'token-of-yesterday'];
const newId = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;

/** A service that says which headers reach its routes, and has an internal interface. */
async function startService(tokens: string[]) {
  const app = createHttpApp({
    log,
    caller: believeOurs(tokens),
    mount: (routes) => {
      mountRoutes(routes, '', { '/headers': { get: (req, res) => res.json(req.headers) } });
      routes.use('/internal', requireInternalToken(tokens));
      mountRoutes(routes, '', { '/internal': { get: (_req, res) => res.json({}) } });
    },
  });
  const http = await startHttpServer(app, { port: 0, host: '127.0.0.1', log });
  return { api: createClient(http.url), stop: http.stop };
}

let api: Client;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ api, stop } = await startService(acceptedTokens({ INTERNAL_TOKEN: current, INTERNAL_TOKEN_PREVIOUS: previous })));
});
afterAll(() => stop());

const said = {
  'X-Request-Id': 'abc-123',
  'X-Forwarded-For': '203.0.113.7',
  'X-Forwarded-Host': 'contacts.example',
  'X-Forwarded-Proto': 'https',
  Forwarded: 'for=203.0.113.7',
  'Internal-Access': 'all',
};

describe('what is said about a caller', () => {
  test.each<[string, Record<string, string>]>([
    ['the token', { 'Internal-Token': current }],
    ['the previous token', { 'Internal-Token': previous }],
    ['the token of a service', { Authorization: `Bearer ${current}` }],
  ])('when the request shows %s, then it is believed', async (_what, credential) => {
    const { headers, body } = await api.get('/headers', { ...said, ...credential });
    expect(headers.get('x-request-id')).toBe('abc-123');
    expect(body).toMatchObject({
      'x-request-id': 'abc-123',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-host': 'contacts.example',
      'x-forwarded-proto': 'https',
      'internal-access': 'all',
    });
    expect(body).not.toHaveProperty('internal-token');
  });

  test.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['an empty one', { 'Internal-Token': '' }],
    ['a wrong one', { 'Internal-Token': 'wrong' }],
    ['the beginning of one', { 'Internal-Token': current.slice(0, -1) }],
    ['one and more', { 'Internal-Token': `${current}, ${current}` }],
    ['one in the wrong place', { Authorization: current }],
  ])('when the request shows %s, then it is answered, and nothing of it is believed', async (_what, credential) => {
    const { status, headers, body } = await api.get('/headers', { ...said, ...credential });
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toMatch(newId);
    const names = Object.keys(body).filter((name) => /^(x-|internal-|forwarded)/.test(name));
    expect(names).toEqual(['x-request-id']);
    expect(body['x-request-id']).toBe(headers.get('x-request-id'));
  });

  test('when a believed id is not harmless, then it is another', async () => {
    const { headers } = await api.get('/headers', { 'Internal-Token': current, 'X-Request-Id': 'a b"c' });
    expect(headers.get('x-request-id')).toMatch(newId);
  });
});

describe('the internal interface', () => {
  test.each([current, previous])('when a service shows %s, then it is let in', async (token) => {
    expect((await api.get('/internal', { Authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['a wrong token', { Authorization: 'Bearer wrong' }],
    ['no token but the word', { Authorization: 'Bearer ' }],
    ['what the gateway shows', { 'Internal-Token': current }],
  ])('when a request shows %s, then it is not let in', async (_what, credential) => {
    expectProblem(await api.get('/internal', credential), 401);
  });
});

test('when the token is changed in three steps, then no request is refused, in whatever order programs start anew', async () => {
  const states = [
    { INTERNAL_TOKEN: previous, INTERNAL_TOKEN_PREVIOUS: '' },
    { INTERNAL_TOKEN: previous, INTERNAL_TOKEN_PREVIOUS: current },
    { INTERNAL_TOKEN: current, INTERNAL_TOKEN_PREVIOUS: previous },
    { INTERNAL_TOKEN: current, INTERNAL_TOKEN_PREVIOUS: '' },
  ];
  const services = await Promise.all(states.map((state) => startService(acceptedTokens(state))));
  for (const [step, { INTERNAL_TOKEN }] of states.entries()) {
    // While a step is taken, some are where they were and some are further.
    for (const service of services.slice(Math.max(step - 1, 0), step + 2)) {
      const bearer = await service.api.get('/internal', { Authorization: `Bearer ${INTERNAL_TOKEN}` });
      expect(bearer.status).toBe(200);
      const { body } = await service.api.get('/headers', { ...said, 'Internal-Token': INTERNAL_TOKEN });
      expect(body['x-request-id']).toBe('abc-123');
    }
  }
  await Promise.all(services.map((service) => service.stop()));
});
