import type { Stamp } from './stamp.ts';

export type MembershipStatus = 'active' | 'inactive' | 'removed';

/** One contact in one chapter: a single register. */
export interface MembershipState {
  status: MembershipStatus;
  joinedAt: Date;
  stamp: Stamp;
}

/** The later write wins; commutative, associative and idempotent. */
export function mergeMemberships(a: MembershipState, b: MembershipState): MembershipState {
  if (a.stamp !== b.stamp) return a.stamp > b.stamp ? a : b;
  // Only two nodes under one name give equal stamps to different values; then the values decide.
  return JSON.stringify([a.status, a.joinedAt]) >= JSON.stringify([b.status, b.joinedAt]) ? a : b;
}
