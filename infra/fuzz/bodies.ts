import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Schema } from './operations.ts';
import { anyValue } from './values.ts';

export interface Body {
  bytes: Uint8Array;
  headers: Record<string, string>;
  /** The request says that it is longer than this, and ends. */
  isCutOff?: true;
}

/** Mostly JSON of the right shape, in the right form; then all that can be wrong with a body. */
export function anyBody(schema: Schema): fc.Arbitrary<Body> {
  const text = anyValue(schema).map((value) => JSON.stringify(value));
  const oddText = fc.oneof(
    fc.constantFrom(...oddTexts),
    text.map((json) => json.slice(0, json.length / 2)),
    text.map((json) => `${json}${json}`),
  );
  const rightForm = fc.oneof({ weight: 8, arbitrary: text }, { weight: 1, arbitrary: oddText }).map(asJson);
  const oddForm = fc.tuple(text, fc.constantFrom(...forms)).map(([json, form]) => form(json));
  return fc.oneof({ weight: 6, arbitrary: rightForm }, { weight: 1, arbitrary: oddForm });
}

function asJson(text: string): Body {
  return { bytes: Buffer.from(text), headers: { 'Content-Type': 'application/json' } };
}

const deep = (depth: number) => '[{"a":'.repeat(depth) + '1' + '}]'.repeat(depth);

const oddTexts = [
  '', ' ', 'null', '[]', '{}', '""', '0', '{', '{"', '{"a":', '[1,]', "{'a':1}", '{a:1}', 'NaN', '{"email":1e999}', '{"limit":-1e-999}',
  '{"email":"a@example.no","email":"b@example.no"}', '{"__proto__":{"role":"member"}}', '{"constructor":{"prototype":{}}}',
  '{"is_active":1e400}', '{"email":"\\ud800"}', '{"email":"\\u0000"}', '{"full_name":"a\u0000b"}', '\ufeff{}', '//\n{}', '{}\u0000',
  deep(10), deep(2_000), deep(12_000), '['.repeat(90_000), `{"full_name":"${'x'.repeat(99_000)}"}`, `{"full_name":"${'x'.repeat(120_000)}"}`,
  `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":1`).join(',')}}`, '9'.repeat(50_000), `{"page":${'9'.repeat(400)}}`,
]; // prettier-ignore

/** The same text in forms that are not, or not quite, as they say. */
const forms: ((text: string) => Body)[] = [
  (text) => ({ bytes: Buffer.from(text, 'utf16le'), headers: { 'Content-Type': 'application/json; charset=utf-16' } }),
  (text) => ({ bytes: Buffer.from(text, 'utf16le'), headers: { 'Content-Type': 'application/json' } }),
  (text) => ({ bytes: Buffer.from(text, 'latin1'), headers: { 'Content-Type': 'application/json; charset=latin1' } }),
  (text) => ({ bytes: Buffer.from(text, 'latin1'), headers: { 'Content-Type': 'application/json' } }),
  (text) => ({ bytes: Buffer.from(text), headers: { 'Content-Type': 'application/json; charset=klingon' } }),
  (text) => ({ bytes: Buffer.from(text), headers: { 'Content-Type': 'APPLICATION/JSON;charset="UTF-8"' } }),
  (text) => ({ bytes: Buffer.from(text), headers: { 'Content-Type': 'application/merge-patch+json' } }),
  (text) => ({ bytes: Buffer.from(text), headers: { 'Content-Type': 'text/plain' } }),
  (text) => ({ bytes: Buffer.from(text), headers: { 'Content-Type': 'multipart/form-data; boundary=x' } }),
  (text) => ({ bytes: Buffer.from(text), headers: { 'Content-Type': ';;' } }),
  (text) => ({ bytes: Buffer.from(text), headers: {} }),
  (text) => ({ ...asJson(text), isCutOff: true }),
  (text) => encoded('gzip', gzipSync(text)),
  (text) => encoded('gzip', gzipSync(text).subarray(0, -5)),
  () => encoded('gzip', gzipSync('x'.repeat(5_000_000))),
  (text) => encoded('gzip', Buffer.from(text)),
  (text) => encoded('deflate', deflateSync(text)),
  (text) => encoded('br', brotliCompressSync(text)),
  (text) => encoded('identity', Buffer.from(text)),
  (text) => encoded('gzip, gzip', gzipSync(gzipSync(text))),
  (text) => encoded('zstd', Buffer.from(text)),
];

function encoded(coding: string, bytes: Uint8Array): Body {
  return { bytes, headers: { 'Content-Type': 'application/json', 'Content-Encoding': coding } };
}
