import fc from 'fast-check';
import { anyBody, type Body } from './bodies.ts';
import type { Operation, Parameter } from './operations.ts';
import { anyValue } from './values.ts';

export interface FuzzRequest {
  method: string;
  /** As it is sent. */
  path: string;
  headers: Record<string, string>;
  body: Body | undefined;
}

/** What earlier answers told: requests with them get further than others. */
export interface Known {
  ids: string[];
  entityTags: string[];
  tokens: string[];
}

/** Requests for an operation, from what it describes to what it does not. */
export function requestsFor(operation: Operation, known: Known): fc.Arbitrary<FuzzRequest> {
  const of = (where: Parameter['in']) => operation.parameters.filter((parameter) => parameter.in === where);
  return fc
    .record({
      method: fc.oneof(
        { weight: 40, arbitrary: fc.constant(operation.method) },
        { weight: 1, arbitrary: otherMethods },
      ),
      path: pathOf(operation.path, of('path'), known),
      query: queryOf(of('query')),
      headers: headersOf(of('header'), known),
      oddHeaders: fc.oneof({ weight: 12, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
      body: operation.body ? anyBody(operation.body) : fc.constant(undefined),
    })
    .map(({ method, path, query, headers, oddHeaders: odd, body }) => ({
      method,
      path: query === '' ? path : `${path}?${query}`,
      headers: { ...headers, ...odd, ...body?.headers },
      body: method === 'GET' || method === 'HEAD' ? undefined : body,
    }));
}

const otherMethods = fc.constantFrom('HEAD', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND');

function pathOf(template: string, parameters: Parameter[], known: Known): fc.Arbitrary<string> {
  const kind = kindOf(template);
  const segments = parameters.map((parameter) =>
    fc.oneof(
      { weight: 8, arbitrary: pick(() => known.ids.filter((id) => kind.test(id)), 'c-00123') },
      { weight: 1, arbitrary: fc.constantFrom(...oddSegments) },
      { weight: 1, arbitrary: anyValue(parameter.schema).map(encode) },
    ),
  );
  return fc
    .tuple(...segments)
    .map((values) =>
      parameters.reduce((path, { name }, i) => path.replace(`{${name}}`, () => values[i] ?? ''), template),
    );
}

/** What the ids look like that an operation is about. */
function kindOf(template: string): RegExp {
  if (template.endsWith('/contact-chapters/{id}')) return /^ccm-/;
  if (template.endsWith('/peer-mentors/{id}')) return /^pm_/;
  return template.endsWith('{chapterId}') ? /^ch/ : /^(?:usr_|c-|contact-)/;
}

const oddSegments = [
  '%', '%zz', '%00', '%ed%a0%80', '%c0%ae', '%ff', '%e0%a4%a', '%2e', '%2e%2e', '%252e', 'a%2fb', 'a%5cb', ';a=1', '*', '~', "'", 'a|b',
  'x'.repeat(128), 'x'.repeat(129), 'x'.repeat(5_000), '__proto__', 'constructor', 'search', 'peer-mentors', 'refresh', 'by-contact',
]; // prettier-ignore

function queryOf(parameters: Parameter[]): fc.Arbitrary<string> {
  const known = parameters.map((parameter) => {
    const pair = (value: unknown) => `${parameter.name}=${encode(value)}`;
    const one = anyValue(parameter.schema).map(pair);
    const given = fc.oneof(
      { weight: 8, arbitrary: one },
      { weight: 1, arbitrary: fc.tuple(one, one).map((pairs) => pairs.join('&')) },
      { weight: 1, arbitrary: fc.constantFrom(...oddPairs).map((odd) => odd.replaceAll('NAME', parameter.name)) },
    );
    return parameter.required
      ? fc.oneof({ weight: 9, arbitrary: given }, { weight: 1, arbitrary: fc.constant('') })
      : maybe(given);
  });
  const unknown = fc.oneof(
    { weight: 12, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('x=1', '__proto__=1', '&&', '=', '%', 'a[b][c]=1', '%00=1', '?') },
  );
  return fc.tuple(...known, unknown).map((pairs) => pairs.filter((pair) => pair !== '').join('&'));
}

const oddPairs = [
  'NAME', 'NAME=', 'NAME[]=1', 'NAME[a]=1', 'NAME=%', 'NAME=%zz', 'NAME=%ed%a0%80', 'NAME=%00', 'NAME=+', 'NAME==', 'NAME=1;NAME=2',
  '%4eAME=1', 'NAME=%2526', `NAME=${'x'.repeat(8_000)}`, `NAME=${'%20'.repeat(2_000)}`, 'NAME=0x10', 'NAME=1e2', 'NAME=%D9%A1', 'NAME= 1',
].map((pair) => pair.replaceAll(' ', '%20')); // prettier-ignore

function maybe(pair: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: pair });
}

function headersOf(parameters: Parameter[], known: Known): fc.Arbitrary<Record<string, string>> {
  const values: Record<string, fc.Arbitrary<string>> = {
    'If-Match': fc.oneof(
      pick(() => known.entityTags, '*'),
      fc.constantFrom('*', '"x"', 'W/"x"', '"', ',,,', ''),
    ),
    'If-None-Match': fc.oneof(
      pick(() => known.entityTags, '*'),
      fc.constantFrom('*', '"x"', 'W/"x"', '"', ''),
    ),
    // A few keys, so that they come again.
    'Idempotency-Key': fc.oneof(
      fc.nat(400).map((n) => `key-${n}`),
      fc.constantFrom('', ' ', 'x'.repeat(255), 'x'.repeat(256), 'ø', '~!'),
    ),
    'Consistency-Token': fc.oneof(
      { weight: 30, arbitrary: pick(() => known.tokens, 'x') },
      { weight: 10, arbitrary: fc.constantFrom('', 'x', '-', 'e30', 'bnVsbA', 'W10', '%', 'x'.repeat(8_000)) },
      { weight: 1, arbitrary: fc.constantFrom(...forgedTokens) },
    ),
  };
  const entries = parameters.flatMap(({ name }) => {
    const value = values[name];
    return value ? [[name, fc.option(value, { nil: undefined, freq: 2 })] as const] : [];
  });
  return fc.record(Object.fromEntries(entries)).map((headers) => {
    const given = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    return Object.fromEntries(given) as Record<string, string>;
  });
}

/** Tokens that promise what is not, or nonsense; to wait for what never comes takes a second each. */
const forgedTokens = [
  { c: 'c-00123', r: { '9999999999999-0000-x': ['nameStamp'] }, m: {} },
  { c: 'c-00123', r: { '1774527600000-0000-x': ['__proto__', 'constructor', 'id'] }, m: {} },
  { c: '\0', r: {}, m: {} },
  { c: '\ud800', r: {}, m: { '1774527600000-0000-x': ['a', 7, null] } },
  { c: 'x'.repeat(3_000), r: {}, m: {} },
  { c: 'c-00123', r: [], m: 'x' },
  { c: 'c-00123', r: { '0': [] }, m: null },
].map((token) => Buffer.from(JSON.stringify(token)).toString('base64url'));

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.constantFrom<Record<string, string>[]>(
  { Accept: 'application/xml' }, { Accept: ',;q=' }, { 'Accept-Encoding': 'br, gzip;q=0, *;q=x' }, { Range: 'bytes=0-1' }, { TE: 'trailers' },
  { Connection: 'close' }, { Connection: 'Content-Type, Host' }, { 'X-HTTP-Method-Override': 'DELETE' }, { 'Internal-Token': 'x' },
  { 'Internal-Access': 'e30' }, { 'Internal-Access': 'x' }, { Authorization: 'Bearer x' }, { 'X-Forwarded-For': '\xff' }, { 'X-Forwarded-Host': 'a b' },
  { 'X-Forwarded-Proto': 'javascript' }, { Forwarded: 'for=x' }, { 'X-Request-Id': '\xe9'.repeat(300) }, { traceparent: '00-0-0-0' },
  { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, { Cookie: 'a=b; '.repeat(300) }, { Origin: 'null' },
  { Host: 'elsewhere.example' }, { 'Content-Language': '\x7e' }, { 'Cache-Control': 'no-transform' }, { 'If-Modified-Since': 'x' },
  { 'X-Long': 'x'.repeat(9_000) }, { 'X-Too-Long': 'x'.repeat(40_000) }, { Expect: '200-ok' }, { Upgrade: 'h2c', Connection: 'upgrade' },
); // prettier-ignore

/** One of what is known when the request is made. */
function pick(known: () => string[], otherwise: string): fc.Arbitrary<string> {
  return fc.nat().map((n) => known()[n % (known().length || 1)] ?? otherwise);
}

/** As text in a URL; halves of surrogate pairs, which have no encoding, as what some programs make of them. */
function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encodeURIComponent(text.toWellFormed()).replaceAll('%EF%BF%BD', '%ed%a0%80').slice(0, 12_000);
}
