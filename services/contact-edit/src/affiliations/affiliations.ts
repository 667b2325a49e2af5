import type { Db, Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';

/** All memberships of a contact, ended ones too, oldest first. */
export function membershipsOf(prisma: Tx | Db['prisma'], contactId: string): Promise<Membership[]> {
  return prisma.membership.findMany({
    where: { contactId },
    orderBy: [{ joinedAt: 'asc' }, { chapterId: 'asc' }],
  });
}

/** The chapters of the active ones. */
export function affiliations(memberships: Membership[]): string[] {
  return memberships.flatMap(({ chapterId, status }) => (status === 'active' ? [chapterId] : []));
}
