/** What a field of a body can be: good and bad, and at the edge between them. */
export const values: unknown[] = [
  undefined, null, 0, 1, 91234567, true, false, [], {}, [1], [null], [''], ['a'], ['a b'], ['ch-1', 'ch-1'],
  Array.from({ length: 200 }, (_, i) => `ch-${i}`), Array.from({ length: 201 }, (_, i) => `ch-${i}`),
  '', ' ', 'text', '  spaced  ', 'a b', 'a\tb', 'a\nb', 'a\u0000b', '\u0007bell', '\ud800', '\udfff', '\u200b', '🧡', 'å', '../x', 'a/b',
  'Peer Mentor', 'peer_mentor', 'active', 'inactive', 'Active', 'removed', 'true',
  'no-at-sign', 'a@b', 'a b@c.no', 'ane@b.no', 'bjørn@blåbær.no', 'a\u0000@b.no', `${'x'.repeat(250)}@b.no`,
  '123', '12345', 'call me', '+47 912 34 567', '91234567', '+47 912 34 567 89 10 11 12', '9\u00001234567',
  '1990-06-17', '1990-02-30', '1990-13-01', '17.06.1990', '1990-6-7', '1990-06-17T00:00:00Z', '+12345-01-01', 'today',
  '2999-01-01', '0000-01-01', '1849-12-31',
  ...[64, 65, 100, 101, 128, 129, 200, 201, 500, 501].map((length) => 'x'.repeat(length)),
]; // prettier-ignore
