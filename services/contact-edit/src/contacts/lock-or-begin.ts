import { blankContact } from '@kontakt/convergence';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';

/** The contact, deleted or not, locked until the transaction ends; one that is not known here yet begins blank. */
export async function lockOrBegin(tx: Tx, id: string, createdAt: Date): Promise<Contact> {
  const blank = { ...blankContact, id, createdAt, updatedAt: createdAt };
  await tx.contact.createMany({ data: [blank], skipDuplicates: true });
  // Prisma cannot lock a row. The read must be a statement of its own: it sees what the lock was waited for.
  await tx.$executeRaw`SELECT FROM contacts WHERE id = ${id} FOR UPDATE`;
  return tx.contact.findUniqueOrThrow({ where: { id } });
}
