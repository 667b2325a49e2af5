import { never } from '@kontakt/convergence';
import { chapterKey, contactHasReached, type Promised } from '@kontakt/service-kit';
import type { Db } from '../db.ts';

/** Whether this record, and what is known here of its memberships, is as new as a write elsewhere has promised. */
export async function hasReached({ prisma }: Db, promised: Promised): Promise<boolean> {
  const { contactId } = promised;
  const contact = await prisma.contact.findUnique({ where: { id: contactId } });
  if (!contactHasReached(contact, promised)) return false;
  if (contact && contact.deletedStamp !== never) return true;
  const memberships = await prisma.membership.findMany({ where: { contactId } });
  const stamps = new Map(memberships.map(({ chapterId, stamp }) => [chapterKey(chapterId), stamp]));
  return [...promised.memberships].every(([key, stamp]) => (stamps.get(key) ?? never) >= stamp);
}
