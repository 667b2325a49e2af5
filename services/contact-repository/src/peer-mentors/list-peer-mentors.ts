import type { ContactListQuery } from '../contacts/contact-schemas.ts';
import type { Db } from '../db.ts';

const sortOrders = {
  created_at: [{ peerMentorSince: 'asc' }, { id: 'desc' }],
  '-created_at': [{ peerMentorSince: 'desc' }, { id: 'asc' }],
  name: [{ fullName: 'asc' }, { id: 'asc' }],
  '-name': [{ fullName: 'desc' }, { id: 'desc' }],
} as const;

/** One page of the contacts that are peer mentors now, and how many there are in total. Two statements. */
export async function listPeerMentors(prisma: Db['prisma'], { org_id: orgId, sort, page, limit }: ContactListQuery) {
  const where = { deletedStamp: '', role: 'peer_mentor', ...(orgId !== undefined && { orgId }) };
  const [peerMentors, total] = await Promise.all([
    prisma.contact.findMany({ where, orderBy: [...sortOrders[sort]], skip: (page - 1) * limit, take: limit }),
    prisma.contact.count({ where }),
  ]);
  return { peerMentors, total };
}
