import type { Bounds } from '@kontakt/service-kit';
import type { Membership } from '../generated/prisma/client.ts';

/** In the order in which they are shown. */
export function oldestFirst(memberships: Membership[]): Membership[] {
  return memberships.toSorted(
    (a, b) => a.joinedAt.getTime() - b.joinedAt.getTime() || (a.chapterId < b.chapterId ? -1 : 1),
  );
}

/** Those that the caller may see. */
export function visibleMemberships<M extends Pick<Membership, 'chapterId'>>(
  memberships: M[],
  { chapters }: Bounds,
): M[] {
  return chapters ? memberships.filter(({ chapterId }) => chapters.includes(chapterId)) : memberships;
}

/** The chapters of the active ones. */
export function affiliations(memberships: Pick<Membership, 'chapterId' | 'status'>[]): string[] {
  return memberships.flatMap(({ chapterId, status }) => (status === 'active' ? [chapterId] : []));
}
