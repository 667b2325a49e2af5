import type { Bounds } from '@kontakt/service-kit';
import type { Db, Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';

/** All memberships of a contact, ended ones too, oldest first. */
export function membershipsOf(prisma: Tx | Db['prisma'], contactId: string): Promise<Membership[]> {
  return prisma.membership.findMany({
    where: { contactId },
    orderBy: [{ joinedAt: 'asc' }, { chapterId: 'asc' }],
  });
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
