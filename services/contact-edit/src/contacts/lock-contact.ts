import { blankContact, never } from '@kontakt/convergence';
import { Problem, type Bounds } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import { withinBounds } from './within-bounds.ts';

/**
 * The contact, deleted or not, if it is known. Until the transaction ends it is locked with its memberships, so that
 * two writers of either take turns.
 */
export async function lockIfKnown(tx: Tx, id: string): Promise<Contact | null> {
  await lock(tx, id);
  return tx.contact.findUnique({ where: { id } });
}

async function lock(tx: Tx, id: string): Promise<void> {
  // Not the row: memberships come of contacts that have none yet. Prisma knows no such lock, and the read must be a
  // statement of its own: it sees what the lock was waited for.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 0))`;
}

/** @throws Problem 404 when there is no such contact within the caller's bounds, or it was deleted. */
export async function lockContact(tx: Tx, id: string, bounds: Bounds): Promise<Contact> {
  await lock(tx, id);
  const contact = await tx.contact.findUnique({ where: { id, deletedStamp: never, AND: withinBounds(bounds) } });
  if (!contact) throw Problem.notFound(`contact ${id}`);
  return contact;
}

/** The contact, deleted or not, locked; one that is not known here yet begins blank. */
export async function lockOrBegin(tx: Tx, id: string, createdAt: Date): Promise<Contact> {
  const known = await lockIfKnown(tx, id);
  return known ?? tx.contact.create({ data: { ...blankContact, id, createdAt, updatedAt: createdAt } });
}
