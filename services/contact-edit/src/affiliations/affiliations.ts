import type { Db, Tx } from '../db.ts';

/** The chapters in which a contact has an active membership, oldest first. */
export async function affiliationsOf(prisma: Tx | Db['prisma'], contactId: string): Promise<string[]> {
  const memberships = await prisma.membership.findMany({
    where: { contactId, status: 'active' },
    orderBy: [{ joinedAt: 'asc' }, { chapterId: 'asc' }],
    select: { chapterId: true },
  });
  return memberships.map(({ chapterId }) => chapterId);
}
