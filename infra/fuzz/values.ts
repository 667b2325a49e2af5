import fc from 'fast-check';
import type { Schema } from './operations.ts';

/** Values that have broken programs. */
const troublemakers: unknown[] = [
  '', ' ', '\t\n', '\0', 'a\0b', '\ud800', 'x\udfff', '\ufeff', '\u202e', '\u200b', '\u00ad', 'İ', 'ß', 'ﷺ'.repeat(60),
  'A\u030a'.repeat(100), '𝕏'.repeat(100), '👩‍👩‍👧‍👦'.repeat(20), '\u0344'.repeat(90), 'x'.repeat(129), 'x'.repeat(201),
  'x'.repeat(501), 'x'.repeat(50_000), '\u0300'.repeat(5_000), "' OR 1=1 --", '%', '%_\\', '%00', '\r\nX-A: b', '../..', '<b>',
  '${7*7}', '{{7*7}}', '-1', '0', 'NaN', '1e999', 'null', 'true', '2024-02-30', '0000-00-00', '9999-12-31', '-000001-01-01',
  '1988-04-21T00:00:00Z', '١٩٨٨-٠٤-٢١', '+47 ٩١٢ ٣٤ ٥٦٧', '+0', '1'.repeat(40), '@', 'a@b', 'a@b..c', '"a b"@c.no', 'ø@å.no',
  `${'x'.repeat(64)}@${'y'.repeat(190)}.no`, 'a@b.no\0', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  -1, 0, -0, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e21, 1e308, Number.MIN_VALUE, null, true, false, [], {}, [[]], [null], { '': '' },
  { __proto__: null }, { constructor: { prototype: 1 } }, { toString: 1 }, { length: 5 }, { $ne: '' },
]; // prettier-ignore

/** Whatever JSON can hold. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...troublemakers) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

/** Values that a schema allows, or nearly: not each of its rules can be told from it. */
export function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  const { type, enum: choices, anyOf, properties, items = {}, examples } = schema;
  if (choices) return fc.constantFrom(...choices);
  if (anyOf) return fc.oneof(...anyOf.map(valueOf));
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => valueOf({ ...schema, type: one })));
  if (properties) {
    const fields = Object.entries(properties).map(([name, field]) => [name, valueOf(field)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: schema.required ?? [] });
  }
  if (type === 'array') return fc.array(valueOf(items), { maxLength: 12 });
  if (type === 'integer') return fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 1e6, 300) });
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  return examples ? fc.oneof(fc.constantFrom(...examples), textOf(schema)) : textOf(schema);
}

function textOf({ format, pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === 'date') {
    const days = fc.date({ min: new Date('1840-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    return days.map((day) => day.toISOString().slice(0, 10));
  }
  if (format === 'idn-email')
    return fc.oneof(fc.emailAddress(), fc.constantFrom('ane@example.no', 'Åse@blåbær.example'));
  // What is said of characters of all scripts cannot be made from the pattern.
  if (pattern !== undefined && !/\\[pPs]/.test(pattern)) return fc.stringMatching(new RegExp(pattern, 'u'));
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength + 1, 120) });
}

/** What is nearly a value of a schema: one field is another, too many, too few, or a little different. */
function nearMiss(schema: Schema): fc.Arbitrary<unknown> {
  return fc
    .tuple(valueOf(schema), hostile, fc.nat(), fc.constantFrom(...changes))
    .map(([value, other, which, change]) => {
      if (typeof value === 'string') return change === 'add' ? ` ${value}\u0301 ` : value.toUpperCase();
      if (typeof value !== 'object' || value === null) return other;
      const fields: [string, unknown][] = Object.entries(value);
      const [name, given] = fields[which % (fields.length || 1)] ?? ['unknown', null];
      const rest = fields.filter(([key]) => key !== name);
      if (change === 'remove') return Object.fromEntries(rest);
      if (change === 'rename') return Object.fromEntries([...rest, [`${name} `, given]]);
      if (change === 'wrap') return Object.fromEntries([...rest, [name, [given]]]);
      if (change === 'replace') return Object.fromEntries([...rest, [name, other]]);
      return Object.fromEntries([...fields, [typeof other === 'string' ? other : 'unknown', other]]);
    });
}

const changes = ['add', 'remove', 'rename', 'wrap', 'replace', 'replace', 'replace'] as const;

/** Mostly what is allowed. */
export function anyValue(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: valueOf(schema) },
    { weight: 3, arbitrary: nearMiss(schema) },
    { weight: 2, arbitrary: hostile },
  );
}
