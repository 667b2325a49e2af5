import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { internalToken, startTestGateway, type Gateway } from './gateway.ts';

const contacts = '/api/v1/contacts';
const newId = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;
const claims = {
  'X-Forwarded-For': '203.0.113.7, 10.0.0.1',
  'X-Forwarded-Host': 'contacts.example:8443',
  'X-Forwarded-Proto': 'https',
  'X-Request-Id': 'given-by.the:proxy_1',
};

let gateway: Gateway;
let behindProxy: Gateway;
beforeAll(async () => {
  gateway = await startTestGateway({ trustedProxies: ['10.0.0.0/8', '::1', '127.0.0.2/31'] });
  behindProxy = await startTestGateway({ trustedProxies: ['2001:db8::/32', '127.0.0.0/8', '10.0.0.0/8'] });
});
afterEach(() => {
  gateway.reset();
  behindProxy.reset();
});
afterAll(() => Promise.all([gateway.stop(), behindProxy.stop()]));

/** The headers that a service gets, and the id that the client gets. */
async function forward(through: Gateway, headers: Record<string, string>) {
  const answer = await through.send('GET', contacts, { Host: 'g.example', ...headers });
  const [request] = through.contactRepository.received.splice(0);
  return { headers: request?.headers, id: answer.headers['x-request-id'] };
}

describe('a client', () => {
  test('when it says who it is, then the gateway says it instead', async () => {
    const { headers, id } = await forward(gateway, claims);
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'g.example',
      'x-forwarded-proto': 'http',
      'x-request-id': id,
      host: `127.0.0.1:${gateway.contactRepository.port}`,
    });
    expect(id).toMatch(newId);
  });

  test('when it speaks with the words of a proxy or of the gateway, then they stay behind', async () => {
    const { headers = {} } = await forward(gateway, {
      Forwarded: 'for=1.2.3.4',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Prefix': '/internal',
      'Proxy-Authorization': 'Basic eDp5',
      'Internal-Token': 'guessed',
      'Internal-Access': 'all',
    });
    const names = Object.keys(headers).filter((name) => /forwarded|proxy|internal/.test(name));
    expect(names.sort()).toEqual([
      'forwarded',
      'internal-token',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
    ]);
    expect(headers).toMatchObject({
      'internal-token': internalToken,
      forwarded: 'for=127.0.0.1;host=g.example;proto=http',
    });
  });

  test('when readiness is asked for, then services are shown the credential, too', async () => {
    await gateway.send('GET', '/readyz');
    expect(gateway.contactEdit.received[0]?.headers['internal-token']).toBe(internalToken);
  });
});

describe('a trusted proxy', () => {
  test('when it says who the client is, then the gateway adds the proxy and keeps the rest', async () => {
    const { headers, id } = await forward(behindProxy, claims);
    expect(headers).toMatchObject({
      'x-forwarded-for': '203.0.113.7, 10.0.0.1, 127.0.0.1',
      'x-forwarded-host': 'contacts.example:8443',
      'x-forwarded-proto': 'https',
      forwarded: 'for=203.0.113.7;host="contacts.example:8443";proto=https, for=10.0.0.1, for=127.0.0.1',
      'x-request-id': 'given-by.the:proxy_1',
    });
    expect(id).toBe('given-by.the:proxy_1');
  });

  test.each([
    ['unknown, 192.0.2.1', '192.0.2.1, 127.0.0.1'],
    ['<script>, 192.0.2.1,10.0.0.1', '192.0.2.1, 10.0.0.1, 127.0.0.1'],
    ['203.0.113.7, 192.0.2.1', '192.0.2.1, 127.0.0.1'],
    ['192.0.2.1, unknown', '127.0.0.1'],
    ['192.0.2.1, 10.0.0.300', '127.0.0.1'],
    ['192.0.2.1,', '127.0.0.1'],
    ['192.0.2.1, unknown, 10.0.0.1', '10.0.0.1, 127.0.0.1'],
    ['10.0.0.2, 10.0.0.1', '10.0.0.2, 10.0.0.1, 127.0.0.1'],
    ['192.0.2.1:50000, ::ffff:10.0.0.1', '192.0.2.1, 10.0.0.1, 127.0.0.1'],
    ['[fd00::1]:50000, [2001:db8::1]', 'fd00::1, 2001:db8::1, 127.0.0.1'],
    ['fe80::1%eth0', 'fe80::1, 127.0.0.1'],
  ])('when it says %j, then the client is the last one whom no trusted proxy has named: %j', async (said, way) => {
    const { headers } = await forward(behindProxy, { 'X-Forwarded-For': said });
    expect(headers).toHaveProperty('x-forwarded-for', way);
  });

  test('when addresses are of IPv6, then they stand in brackets and quotes in Forwarded', async () => {
    const { headers } = await forward(behindProxy, {
      Host: '[2001:db8::5]:8080',
      'X-Forwarded-For': 'fd00::1, 2001:db8::1',
    });
    const forwarded = 'for="[fd00::1]";host="[2001:db8::5]:8080";proto=http, for="[2001:db8::1]", for=127.0.0.1';
    expect(headers).toHaveProperty('forwarded', forwarded);
  });

  test('when it says nothing, then the gateway says what it sees', async () => {
    const { headers } = await forward(behindProxy, {});
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'g.example' });
  });

  test('when what it says is not well-formed, then the gateway says what it sees', async () => {
    const { headers, id } = await forward(behindProxy, {
      'X-Forwarded-For': 'unknown, <script>',
      'X-Forwarded-Host': 'a, b',
      'X-Forwarded-Proto': 'gopher',
      'X-Request-Id': 'not a "plain" one',
    });
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'g.example',
      'x-forwarded-proto': 'http',
    });
    expect(id).toMatch(newId);
  });

  test('when it sends words of the gateway, then they stay behind all the same', async () => {
    const { headers } = await forward(behindProxy, {
      'Internal-Token': 'x',
      'Internal-Access': 'all',
      Forwarded: 'for=1',
    });
    expect(headers).toMatchObject({
      'internal-token': internalToken,
      forwarded: 'for=127.0.0.1;host=g.example;proto=http',
    });
    expect(headers).not.toHaveProperty('internal-access');
  });
});

describe('the id of a request', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

  test.each([
    `00-${trace}-00f067aa0ba902b7-01`,
    `00-${trace}-00f067aa0ba902b7-00`,
    `01-${trace}-00f067aa0ba902b7-01`,
    `fe-${trace}-00f067aa0ba902b7-01-what-the-future-will-say`,
  ])('when the traceparent is %s, then it is that of the trace, also for the client', async (traceparent) => {
    for (const through of [gateway, behindProxy]) {
      const { headers, id } = await forward(through, { ...claims, traceparent, tracestate: 'a=1' });
      expect(id).toBe(trace);
      expect(headers).toMatchObject({ traceparent, tracestate: 'a=1', 'x-request-id': trace });
    }
  });

  test.each([
    '',
    'nonsense',
    `00-${trace}-00f067aa0ba902b7`,
    `00-${trace}-00f067aa0ba902b7-01-more`,
    `00-${trace}-00f067aa0ba902b7-01,`,
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
    `0-${trace}-00f067aa0ba902b7-01`,
    `01-${trace}-00f067aa0ba902b7-01x`,
  ])('when the traceparent is %p, then it is a new one', async (traceparent) => {
    const { headers, id } = await forward(gateway, { traceparent });
    expect(id).toMatch(newId);
    expect(headers).toMatchObject({ traceparent });
  });
});
