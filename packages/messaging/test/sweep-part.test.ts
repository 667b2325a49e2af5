import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstIds, newestOf, newestPart, partBelow, type Part } from '../src/sweep-part.ts';

const longestMs = 4_000;

/** All looks of one sweep. */
function sweep(newest: number, firstSize: number, takesMs: (part: Part) => number, dense = Infinity): Part[] {
  const looked: Part[] = [];
  let part: Part | undefined = newestPart(newest, firstSize, dense);
  for (let tries = 0; part && tries < 20_000; tries++) {
    const tookMs = takesMs(part);
    const isTooMuch = tookMs > longestMs;
    const newestIds: Part | undefined = isTooMuch ? newestOf(part) : undefined;
    if (!isTooMuch) looked.push(part);
    part = newestIds ?? partBelow(part, tookMs);
  }
  return looked;
}

function expectNoGap(looked: Part[], newest: number): void {
  expect(looked[0]?.upTo).toBe(newest);
  expect(looked.at(-1)?.above).toBe(0);
  expect(looked.slice(1).map(({ upTo }) => upTo)).toEqual(looked.slice(0, -1).map(({ above }) => above));
}

test('when all can be looked at quickly, then it is one look', () => {
  expect(sweep(1_000_000, Infinity, () => 1)).toMatchObject([{ above: 0, upTo: 1_000_000 }]);
});

test('when some ids take long, then a sweep looks at all without a gap, and at few of them for long', () => {
  // Two stretches that are kept, in microseconds an id, below many that are not.
  const stretch = fc.record({
    length: fc.nat(2_000_000),
    perId: fc.integer({ min: 1, max: 10 }),
    gap: fc.nat(100_000_000),
  });
  fc.assert(
    fc.property(
      fc.array(stretch, { minLength: 1, maxLength: 2 }),
      fc.constantFrom(firstIds, Infinity),
      (kept, firstSize) => {
        const newest = kept.reduce((sum, { length, gap }) => sum + length + gap, 1);
        const takesMs = ({ above, upTo }: Part) => {
          let top = newest;
          return kept.reduce((sum, { length, perId, gap }) => {
            const overlap = Math.max(0, Math.min(top, upTo) - Math.max(top - length, above));
            top -= length + gap;
            return sum + (overlap * perId) / 1_000;
          }, 0.5);
        };
        const looked = sweep(newest, firstSize, takesMs);
        expectNoGap(looked, newest);
        // Longer: the whole, if it was first; where a stretch begins again below what took no time; and not by much, where
        // very much is kept.
        const slow = looked.filter((part) => takesMs(part) > Math.max(60, (newest - part.upTo) / 20_000));
        if (firstSize === firstIds) expect(slow.length).toBeLessThanOrEqual(3);
      },
    ),
  );
});

test('when a stretch that takes long lies below what takes none, then it is not looked at for long', () => {
  // Of two million ids, those below the newest 300,000 are gone, and older ones are kept, at a microsecond each.
  const takesMs = ({ above, upTo }: Part) => {
    const gone = Math.max(0, Math.min(upTo, 1_700_000) - Math.max(above, 500_000));
    return 0.1 + (upTo - above - gone) / 1_000;
  };
  const first = sweep(2_000_000, firstIds, takesMs);
  const second = sweep(2_000_000, firstIds, takesMs, first.at(-1)?.dense);
  for (const looked of [first, second]) {
    expectNoGap(looked, 2_000_000);
    expect(Math.max(...looked.map(takesMs))).toBeLessThan(60);
    expect(looked.length).toBeLessThan(300);
  }
});

test('when the newest ids are gone, then what takes long below them is known from the sweep before', () => {
  const takesMs = ({ above, upTo }: Part) => 0.1 + Math.max(0, Math.min(upTo, 1_000_000) - above) / 1_000;
  const first = sweep(2_000_000, firstIds, takesMs);
  const second = sweep(2_000_000, firstIds, takesMs, first.at(-1)?.dense);
  expectNoGap(second, 2_000_000);
  expect(Math.max(...second.map(takesMs))).toBeLessThan(100);
});

test('when looks are slow whatever they look at, then a sweep comes to its end, without a gap', () => {
  const ms = fc.infiniteStream(fc.integer({ min: 5, max: 100 }));
  fc.assert(
    fc.property(ms, fc.integer({ min: 1, max: 1_000_000_000 }), (takes, newest) => {
      const looked = sweep(newest, firstIds, () => takes.next().value as number);
      expectNoGap(looked, newest);
      expect(looked.length).toBeLessThan(6_000);
    }),
  );
});

test('when a few ids cannot be looked at, then nearly all others are', () => {
  const looked = sweep(1_000_000, Infinity, ({ above, upTo }) => (above < 300_000 && upTo >= 300_000 ? 5_000 : 1));
  const ids = looked.reduce((sum, { above, upTo }) => sum + upTo - above, 0);
  expect(ids).toBe(1_000_000 - 500);
});
