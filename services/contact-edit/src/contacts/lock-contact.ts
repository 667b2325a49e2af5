import { Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { readContact } from './read-contact.ts';

/**
 * Locks contacts with their memberships until the transaction ends, so that two writers of either take turns. Not the
 * rows: memberships come of contacts that have none yet. What is read must be read by a later statement: that sees what
 * the lock was waited for.
 */
export function lockContacts(tx: Transaction, ids: string[]): void {
  // Everybody takes locks in the same order, or two could wait for each other.
  tx.send(
    sql`SELECT pg_advisory_xact_lock(key)
      FROM (SELECT DISTINCT hashtextextended(id, 0) AS key FROM unnest(${ids}::text[]) AS id ORDER BY key OFFSET 0) AS keys`,
  );
}

/**
 * A contact with all of its memberships, ended ones too, oldest first, locked until the transaction ends.
 * @throws Problem 404 when there is no such contact within the caller's bounds, or it was deleted.
 */
export async function lockContact(tx: Transaction, id: string, bounds: Bounds) {
  lockContacts(tx, [id]);
  const locked = await readContact(tx, id, bounds);
  if (!locked) throw Problem.notFound(`contact ${id}`);
  return locked;
}

/** An id that no contact has, locked: memberships that are told of it meanwhile wait for the contact. */
export async function lockNewId(tx: Transaction): Promise<string> {
  const [locked] = await tx.query<{ id: string }>(
    sql`SELECT id, pg_advisory_xact_lock(hashtextextended(id, 0)) FROM next_contact_id() AS id`,
  );
  if (!locked) throw new Error('There is no new id.');
  return locked.id;
}
