import { never } from '@kontakt/convergence';
import { Problem } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';

/** The contact's row, deleted or not, locked until the transaction ends, so that two writers of it take turns. */
export async function lockContactRow(tx: Tx, id: string): Promise<Contact | null> {
  // Prisma cannot lock a row. The read must be a statement of its own: it sees what the lock was waited for.
  await tx.$executeRaw`SELECT FROM contacts WHERE id = ${id} FOR UPDATE`;
  return tx.contact.findUnique({ where: { id } });
}

/** @throws Problem 404 when there is no such contact, or it was deleted. */
export async function lockContact(tx: Tx, id: string): Promise<Contact> {
  const contact = await lockContactRow(tx, id);
  if (contact?.deletedStamp !== never) throw Problem.notFound(`contact ${id}`);
  return contact;
}
