import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeMemberships, type MembershipState } from './membership.ts';
import { formatStamp } from './stamp.ts';

const membership: fc.Arbitrary<MembershipState> = fc.record({
  status: fc.constantFrom('active', 'inactive', 'removed'),
  joinedAt: fc.nat(3).map((ms) => new Date(ms)),
  stamp: fc
    .record({ time: fc.nat(3), counter: fc.nat(1), node: fc.constantFrom('ce.1', 'mm.1') })
    .map((parts) => formatStamp(parts)),
});

test('when memberships are merged, then neither order, grouping nor repetition matters', () => {
  fc.assert(
    fc.property(membership, membership, membership, (a, b, c) => {
      expect(mergeMemberships(a, b)).toEqual(mergeMemberships(b, a));
      expect(mergeMemberships(mergeMemberships(a, b), c)).toEqual(mergeMemberships(a, mergeMemberships(b, c)));
      expect(mergeMemberships(mergeMemberships(a, b), b)).toEqual(mergeMemberships(a, b));
    }),
    { numRuns: 5000 },
  );
});
