import type { Db } from '../db.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { sortOrders, type MembershipListQuery } from './membership-schemas.ts';

/** One page of all memberships, and how many there are in total. Two statements. */
export async function listMemberships(prisma: Db['prisma'], query: MembershipListQuery) {
  const page = pageOf(query, {});
  const [memberships, total] = await Promise.all([
    prisma.membership.findMany(page),
    prisma.membership.count({ where: page.where }),
  ]);
  return { memberships, total };
}

/** One page of a contact's memberships with their chapters. Three statements, however many rows. */
export async function listChaptersOfContact(prisma: Db['prisma'], contactId: string, query: MembershipListQuery) {
  const page = pageOf(query, { contactId });
  const [memberships, total] = await Promise.all([
    prisma.membership.findMany({ ...page, include: { chapter: true } }),
    prisma.membership.count({ where: page.where }),
  ]);
  return { memberships, total };
}

/** One page of a chapter's memberships with their contacts. Three statements, however many rows. */
export async function listContactsOfChapter(prisma: Db['prisma'], chapterId: string, query: MembershipListQuery) {
  const page = pageOf(query, { chapterId });
  const [memberships, total] = await Promise.all([
    prisma.membership.findMany({ ...page, include: { contact: true } }),
    prisma.membership.count({ where: page.where }),
  ]);
  return { memberships, total };
}

function pageOf(
  { org_id: orgId, sort, page, limit }: MembershipListQuery,
  of: { contactId?: string; chapterId?: string },
) {
  return {
    where: { ...of, status: { not: 'removed' }, ...(orgId !== undefined && { contact: { orgId } }) },
    orderBy: [...sortOrders[sort]],
    skip: (page - 1) * limit,
    take: limit,
  } satisfies Prisma.MembershipFindManyArgs;
}
