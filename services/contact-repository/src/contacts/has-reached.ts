import { contactHasReached, type Promised } from '@kontakt/service-kit';
import type { Db } from '../db.ts';

/** Whether this record is as new as a write elsewhere has promised. Of memberships nothing is kept here. */
export async function hasReached({ prisma }: Db, promised: Promised): Promise<boolean> {
  return contactHasReached(await prisma.contact.findUnique({ where: { id: promised.contactId } }), promised);
}
