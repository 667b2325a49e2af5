import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClock, StampAheadError } from './clock.ts';
import { formatStamp, maxCounter, never, parseStamp } from './stamp.ts';

const noon = 1_763_720_000_000;

test('when the wall clock jumps to and fro, then stamps only go forward', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3_600_000, max: 3_600_000 }), { minLength: 2 }), (offsets) => {
      let offset = 0;
      const clock = createClock({ node: 'cr.1', startAfter: never, wallClock: () => noon + offset });
      const stamps = offsets.map((next) => {
        offset = next;
        return clock.next();
      });
      expect(stamps).toEqual([...new Set(stamps)].sort());
    }),
  );
});

test('when a service restarts with its wall clock set back, then it goes on after its newest stored stamp', () => {
  const startAfter = formatStamp({ time: noon, counter: 7, node: 'cr.1' });
  const clock = createClock({ node: 'cr.2', startAfter, wallClock: () => noon - 3_600_000 });
  expect(clock.next() > startAfter).toBe(true);
});

test('when the counter is used up, then the next millisecond begins', () => {
  const startAfter = formatStamp({ time: noon, counter: maxCounter, node: 'cr.1' });
  const clock = createClock({ node: 'cr.1', startAfter, wallClock: () => noon });
  expect(parseStamp(clock.next())).toEqual({ time: noon + 1, counter: 0, node: 'cr.1' });
});

test('when a stamp from elsewhere is observed, then the next one is later', () => {
  const clock = createClock({ node: 'ce.1', startAfter: never, wallClock: () => noon });
  const seen = formatStamp({ time: noon + 30_000, counter: 3, node: 'zz.9' });
  clock.observe(seen);
  expect(clock.next() > seen).toBe(true);
});

test('when a stored value was stamped by a faster clock, then what replaces it is later', () => {
  const clock = createClock({ node: 'cr.1', startAfter: never, wallClock: () => noon });
  const stored = formatStamp({ time: noon + 3_000, counter: 9, node: 'cr.2' });
  expect(clock.next(stored) > stored).toBe(true);
});

test('when a stored value was stamped by a clock two hours fast, then only what replaces it lies ahead, too', () => {
  const clock = createClock({ node: 'cr.1', startAfter: never, wallClock: () => noon });
  const stored = formatStamp({ time: noon + 7_200_000, counter: 9, node: 'cr.2' });
  const [replacing, other] = [clock.next(stored), clock.next()];
  expect(replacing > stored).toBe(true);
  expect(clock.next(replacing) > replacing).toBe(true);
  expect(parseStamp(other)?.time).toBe(noon);
});

test('when a stamp lies a day ahead, then it is refused and the clock does not move', () => {
  const clock = createClock({ node: 'ce.1', startAfter: never, wallClock: () => noon });
  expect(() => {
    clock.observe(formatStamp({ time: noon + 86_400_000, counter: 0, node: 'cr.1' }));
  }).toThrow(StampAheadError);
  expect(parseStamp(clock.next())?.time).toBe(noon);
});
