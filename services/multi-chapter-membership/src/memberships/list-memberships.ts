import type { Db } from '../db.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { sortOrders, type MembershipListQuery } from './membership-schemas.ts';

/**
 * One page of memberships, of all or of one contact or one chapter, with what each is a membership of, and how many
 * there are in total. Four statements, however many rows.
 */
export async function listMemberships(
  prisma: Db['prisma'],
  { org_id: orgId, sort, page, limit }: MembershipListQuery,
  of: { contactId?: string; chapterId?: string } = {},
) {
  const where = {
    ...of,
    status: { not: 'removed' },
    ...(orgId !== undefined && { contact: { orgId } }),
  } satisfies Prisma.MembershipWhereInput;
  const [memberships, total] = await Promise.all([
    prisma.membership.findMany({
      where,
      orderBy: [...sortOrders[sort]],
      skip: (page - 1) * limit,
      take: limit,
      include: { contact: true, chapter: true },
    }),
    prisma.membership.count({ where }),
  ]);
  return { memberships, total };
}
