import { never } from '@kontakt/convergence';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';

/** The contact, deleted or not, locked until the transaction ends; one that nobody has told of yet has no name. */
export async function knowContact(tx: Tx, id: string): Promise<Contact> {
  const unknown = { id, nameStamp: never, orgIdStamp: never, deletedStamp: never };
  await tx.contact.createMany({ data: [unknown], skipDuplicates: true });
  // Prisma cannot lock a row. The read must be a statement of its own: it sees what the lock was waited for.
  await tx.$executeRaw`SELECT FROM contacts WHERE id = ${id} FOR UPDATE`;
  return tx.contact.findUniqueOrThrow({ where: { id } });
}
