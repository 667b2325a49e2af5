import { Problem } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';

/**
 * The membership, locked until the transaction ends, so that two writers of it take turns.
 * @throws Problem 404 when there is none (any more).
 */
export async function lockMembership(tx: Tx, id: string): Promise<Membership> {
  // Prisma cannot lock a row. The read must be a statement of its own: it sees what the lock was waited for.
  await tx.$executeRaw`SELECT FROM memberships WHERE id = ${id} FOR UPDATE`;
  const membership = await tx.membership.findUnique({ where: { id, status: { not: 'removed' } } });
  if (!membership) throw Problem.notFound(`membership ${id}`);
  return membership;
}
