import { never } from '@kontakt/convergence';
import { chapterKey, contactHasReached, type Promised } from '@kontakt/service-kit';
import type { Db } from '../db.ts';

/** Whether this record, and what it shows of the contact, is as new as a write elsewhere has promised. */
export async function hasReached({ prisma }: Db, promised: Promised): Promise<boolean> {
  const contact = await prisma.contact.findUnique({
    where: { id: promised.contactId },
    include: { memberships: { select: { chapterId: true, stamp: true } } },
  });
  if (!contact || !contactHasReached(contact, promised)) return false;
  if (contact.deletedStamp !== never) return true;
  const stamps = new Map(contact.memberships.map(({ chapterId, stamp }) => [chapterKey(chapterId), stamp]));
  return [...promised.memberships].every(([key, stamp]) => (stamps.get(key) ?? never) >= stamp);
}
