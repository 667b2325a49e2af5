import { expect, test } from '@jest/globals';
import { parseStamp } from '@kontakt/convergence';
import fc from 'fast-check';
import { stamp } from './fields.ts';

const digits = fc.stringMatching(/^[0-9]{12,14}$/);
const counter = fc.stringMatching(/^[0-9a-g]{3,5}$/);
const node = fc.stringMatching(/^[a-zA-Z0-9.-]{0,33}$/);

test('when a text is a stamp, then an event may carry it, and no other', () => {
  const nearly = fc.tuple(digits, counter, node).map((parts) => parts.join('-'));
  const valid = fc.stringMatching(/^\d{13}-[0-9a-f]{4}-[a-z0-9.]{1,32}$/);
  fc.assert(
    fc.property(fc.oneof(valid, nearly, fc.string()), (value) => {
      expect(stamp.validate(value).error === undefined).toBe(parseStamp(value) !== null);
    }),
  );
});
