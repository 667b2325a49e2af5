import type { Db } from '../db.ts';
import { sortOrders, type ContactListQuery } from './contact-schemas.ts';

/** One page of contacts, of one organisation or of all, and how many there are in total. Two statements. */
export async function listContacts(prisma: Db['prisma'], { org_id: orgId, sort, page, limit }: ContactListQuery) {
  const where = { deletedStamp: '', ...(orgId !== undefined && { orgId }) };
  const [contacts, total] = await Promise.all([
    prisma.contact.findMany({ where, orderBy: [...sortOrders[sort]], skip: (page - 1) * limit, take: limit }),
    prisma.contact.count({ where }),
  ]);
  return { contacts, total };
}
