import { Problem, type Bounds } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import { withinBounds } from './within-bounds.ts';

/**
 * The contact, locked until the transaction ends, so that two writers of one contact take turns.
 * @throws Problem 404 when there is none within the caller's bounds, or it was deleted.
 */
export async function lockContact(tx: Tx, id: string, bounds: Bounds): Promise<Contact> {
  // Prisma cannot lock a row. The read must be a statement of its own: it sees what the lock was waited for.
  await tx.$executeRaw`SELECT FROM contacts WHERE id = ${id} FOR UPDATE`;
  const contact = await tx.contact.findUnique({ where: { id, deletedStamp: '', AND: withinBounds(bounds) } });
  if (!contact) throw Problem.notFound(`contact ${id}`);
  return contact;
}
