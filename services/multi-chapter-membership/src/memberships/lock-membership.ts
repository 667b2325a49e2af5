import { Problem, type Bounds } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { withinBounds } from './within-bounds.ts';

/**
 * The membership, locked with its contact's others until the transaction ends: whoever writes one, by a request or by
 * an event, takes turns at the contact.
 * @throws Problem 404 when there is none within the caller's bounds (any more).
 */
export async function lockMembership(tx: Tx, id: string, bounds: Bounds): Promise<Membership> {
  // Prisma cannot lock a row. The read must be a statement of its own: it sees what the lock was waited for.
  await tx.$executeRaw`
    SELECT FROM contacts WHERE id = (SELECT contact_id FROM memberships WHERE id = ${id}) FOR UPDATE`;
  const membership = await tx.membership.findUnique({
    where: { id, status: { not: 'removed' }, AND: withinBounds(bounds) },
  });
  if (!membership) throw Problem.notFound(`membership ${id}`);
  return membership;
}
