import { Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql, { join } from 'sql-template-tag';
import { namedMembership, type NamedMembership } from './membership-rows.ts';
import { withinBounds } from './within-bounds.ts';

/**
 * The membership, locked with its contact's others until the transaction ends: whoever writes one, by a request or by
 * an event, takes turns at the contact.
 * @throws Problem 404 when there is none within the caller's bounds (any more).
 */
export async function lockMembership(tx: Transaction, id: string, bounds: Bounds): Promise<NamedMembership> {
  // The read must be a statement of its own: it sees what the lock was waited for.
  tx.send(sql`SELECT FROM contacts WHERE id = (SELECT contact_id FROM memberships WHERE id = ${id}) FOR UPDATE`);
  const conditions = [sql`memberships.id = ${id}`, sql`status <> 'removed'`, ...withinBounds(bounds)];
  const [membership] = await tx.query<NamedMembership>(
    sql`SELECT ${namedMembership} WHERE ${join(conditions, ' AND ')}`,
  );
  if (!membership) throw Problem.notFound(`membership ${id}`);
  return membership;
}
