import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinName, splitName } from './name.ts';

test.each([
  ['Lars Haugen', 'Lars', 'Haugen'],
  ['Anne Marie van Dijk', 'Anne Marie van', 'Dijk'],
  ['Madonna', 'Madonna', ''],
])('when %p is split, then the last word is the last name', (fullName, firstName, lastName) => {
  expect(splitName(fullName)).toEqual({ firstName, lastName, fullName });
});

test('when a name is split and joined, then it is the same', () => {
  const words = fc.array(fc.stringMatching(/^[A-Za-zÆØÅæøå-]{1,12}$/), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(words, (name) => {
      const split = splitName(name.join(' '));
      expect(joinName(split.firstName, split.lastName)).toEqual(split);
    }),
  );
});
