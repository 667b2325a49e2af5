import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { before, narrower, whole, type SweepSlice } from '../src/slice.ts';

const now = 1_000_000_000;
const longestMs = 4_000;

/** All looks of one sweep, and what the next begins with. */
function sweep(first: SweepSlice, takesMs: (slice: SweepSlice) => number) {
  const looked: SweepSlice[] = [];
  let slice = first;
  for (let tries = 0; tries < 2_000; tries++) {
    const tookMs = takesMs(slice);
    if (tookMs > longestMs) {
      slice = narrower(slice, now);
      continue;
    }
    looked.push(slice);
    const isEnd = slice.since === -Infinity;
    slice = before(slice, tookMs, now);
    if (isEnd) return { looked, next: slice };
  }
  throw new Error('it does not end');
}

test('when all can be looked at quickly, then it is, each time', () => {
  expect(sweep(whole, () => 1)).toEqual({ looked: [whole], next: whole });
});

test('when much is kept of some minutes, then sweeps look at all times without a gap, most of them not for long', () => {
  // So long a look at each of the last ten minutes takes, up to a million rows each.
  const kept = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(kept, (perMinute) => {
      const takesMs = ({ since, until }: SweepSlice) =>
        perMinute.reduce((sum, ms, i) => {
          const [from, to] = [now - (i + 1) * 60_000, now - i * 60_000];
          return sum + (ms * Math.max(0, Math.min(to, until) - Math.max(from, since))) / 60_000;
        }, 1);
      let first: SweepSlice = whole;
      for (let sweeps = 0; sweeps < 3; sweeps++) {
        const { looked, next } = sweep(first, takesMs);
        expect(looked[0]?.until).toBeGreaterThanOrEqual(now);
        expect(looked.slice(0, -1).map(({ since }) => since)).toEqual(looked.slice(1).map(({ until }) => until));
        const slow = looked.filter((slice) => takesMs(slice) > 60);
        if (sweeps > 0) expect(slow.length).toBeLessThanOrEqual(looked.length / 4);
        first = next;
      }
    }),
    { numRuns: 30 },
  );
});

test('when what was kept is forgotten, then a sweep is one look again, soon', () => {
  let first = sweep(whole, ({ since }) => (since < now - 600_000 ? 3_000 : 20)).next;
  let sweeps = 0;
  for (; first !== whole; sweeps++) first = sweep(first, () => 1).next;
  expect(sweeps).toBeLessThan(20);
});
