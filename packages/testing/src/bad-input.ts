/** What every endpoint must refuse, whatever it is for. */

interface UnreadableBody {
  what: string;
  status: number;
  body: string | Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}

/** Bodies that cannot be read as an object with known fields. */
export const unreadableBodies: UnreadableBody[] = [
  { what: 'not there', status: 400, body: '', headers: json() },
  { what: 'an empty object', status: 400, body: '{}', headers: json() },
  { what: 'broken JSON', status: 400, body: '{"a":', headers: json() },
  { what: 'a lone word', status: 400, body: 'hello', headers: json() },
  { what: 'an array', status: 400, body: '[{}]', headers: json() },
  { what: 'null', status: 400, body: 'null', headers: json() },
  { what: 'a number', status: 400, body: '5', headers: json() },
  { what: 'a string', status: 400, body: '"text"', headers: json() },
  { what: 'an unknown field', status: 400, body: '{"nonsense":1}', headers: json() },
  { what: 'a prototype', status: 400, body: '{"__proto__":{"role":"member"}}', headers: json() },
  { what: 'deeply nested', status: 400, body: `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, headers: json() },
  { what: 'no UTF-8', status: 400, body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]), headers: json() },
  { what: 'a NUL byte', status: 400, body: '\u0000', headers: json() },
  { what: 'over 100 kB', status: 413, body: JSON.stringify({ a: 'x'.repeat(102_400) }), headers: json() },
  { what: 'a form', status: 415, body: 'a=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
  { what: 'plain text', status: 415, body: '{}', headers: { 'Content-Type': 'text/plain' } },
  { what: 'XML', status: 415, body: '<a/>', headers: { 'Content-Type': 'application/xml' } },
  { what: 'of an unknown charset', status: 415, body: '{}', headers: json('; charset=klingon') },
  { what: 'of an unknown encoding', status: 415, body: '{}', headers: { ...json(), 'Content-Encoding': 'rot13' } },
  { what: 'not the gzip it says', status: 400, body: '{}', headers: { ...json(), 'Content-Encoding': 'gzip' } },
];

function json(parameters = ''): Record<string, string> {
  return { 'Content-Type': `application/json${parameters}` };
}

/** Ids, as they stand in a path, that are no record's: 400 where they cannot be one, else 404; never more. */
export const unusableIds: string[] = [
  '%00', 'a%00b', '%0d%0aX:1', '%', '%zz', '%e0%a4%a', '%ed%a0%80', '%f0%9f%a7%a1', '%e2%80%ae', 'a%20b', "'%20OR%201=1--",
  '%3Cscript%3E', '%2e%2e%2fetc', 'a%2fb', 'a%5cb', ';a=1', 'a;b', '*', '@', '~', 'null', 'undefined', 'NaN', '-1', '0',
  '9'.repeat(100), 'x'.repeat(129), 'x'.repeat(4000), 'constructor', '__proto__', 'C-00001',
]; // prettier-ignore

/** Queries that no list takes. */
export const unusableQueries: string[] = [
  'page=0', 'page=-1', 'page=1.5', 'page=abc', 'page=', 'page=1e99', 'page=99999999999999999999', 'page=1&page=2',
  'page[]=1', 'page=%00', 'limit=0', 'limit=101', 'limit=abc', 'limit=', 'limit=-5', 'sort=up', 'sort=', 'org_id=',
  'org_id=a%00b', 'org_id=a%20b', 'org_id=%ed%a0%80', `org_id=${'x'.repeat(129)}`, 'unknown=1', '__proto__=1',
]; // prettier-ignore
