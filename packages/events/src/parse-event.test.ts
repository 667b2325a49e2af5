import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { catalogue } from './catalogue.ts';
import type { EventDefinition } from './define-event.ts';
import { createEvent, envelopeSchema } from './envelope.ts';
import { isJsonObject } from './json-schema.ts';
import { parseEvent, UnreadableEventError } from './parse-event.ts';

/** What may stand in an event, rightly or wrongly: around each limit of its fields. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', ' ', '1.0', 'application/json', 'active', 'removed', '__proto__'),
  fc.constantFrom(...[128, 129, 500, 501, 1_000, 1_001].flatMap((length) => ['x'.repeat(length), '𝄞'.repeat(length)])),
  fc.constantFrom('1774528440000-0000-mm.09be77c2', '177452844000-0000-mm.09be77c2', '1774528440000-0000-MM'),
  fc.constantFrom('2026-03-26', '2026-03-26T12:34Z', '2026-13-26T12:34:00Z', '2026-03-99T12:34:00Z', '2026-02-30T23:59:60Z', '2026-02-30T12:34:00Z'),
  fc.constantFrom('2026-03-26T12:34:00.1234567890Z', '2026-03-26T12:34:00+01:00', '+002026-03-26T12:34:00.000Z'),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
); // prettier-ignore

type Change = (of: unknown) => unknown;
const changes: fc.Arbitrary<Change> = fc.oneof(
  value.map((other) => () => other),
  fc.constant(() => undefined),
  fc
    .tuple(fc.constantFrom('more', '__proto__', 'constructor', 'data', 'stamps'), value)
    .map(([name, other]): Change => (of) => {
      const more = Object.fromEntries([[name, other]]);
      return isJsonObject(of) ? { ...of, ...more } : of;
    }),
);

/** The same with one of its parts changed. */
function changed(part: unknown, [place = 0, ...inner]: number[], change: Change): unknown {
  const isList = Array.isArray(part);
  if (!isList && !isJsonObject(part)) return change(part);
  const names = Object.keys(part);
  // Also the whole, to put something beside its fields.
  const name = names[place % (names.length + 1)];
  if (name === undefined) return change(part);
  const entries = Object.entries(part).map(
    ([key, of]) => [key, key === name ? changed(of, inner, change) : of] as const,
  );
  return isList ? entries.map(([, of]) => of) : Object.fromEntries(entries);
}

describe.each(catalogue.map((event) => [event.type, event as EventDefinition<object>] as const))(
  '%s',
  (_type, event) => {
    const schema = envelopeSchema.keys({ data: event.data.required() });

    test('when anything in it is otherwise, then it is read where Joi would, and as Joi would', () => {
      // Mostly its data, which is the last of its parts.
      const place = fc.nat(24);
      const places = fc.tuple(fc.oneof(fc.constant(7), place), fc.oneof(fc.constant(0), place), place, place);
      const differences = fc.array(fc.tuple(places, changes), { minLength: 1, maxLength: 3 });
      const seen = { read: 0, refused: 0 };
      fc.assert(
        fc.property(differences, (many) => {
          const example: unknown = createEvent(event, event.example);
          const content = JSON.stringify(many.reduce((whole, [at, change]) => changed(whole, at, change), example)) as
            string | undefined;
          // Another type is another definition's.
          const sent: unknown = content === undefined ? undefined : JSON.parse(content);
          fc.pre(content !== undefined && isJsonObject(sent) && sent.type === event.type);
          const joi = schema.validate(sent, { stripUnknown: true, convert: false });
          if (joi.error === undefined && isJsonObject(joi.value.data) && !event.fault?.(joi.value.data)) {
            expect(parseEvent(content)).toEqual(joi.value);
            seen.read += 1;
          } else {
            expect(() => parseEvent(content)).toThrow(UnreadableEventError);
            seen.refused += 1;
          }
        }),
        { numRuns: 1_000 },
      );
      expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(100);
    });
  },
);
