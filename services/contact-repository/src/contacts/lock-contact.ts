import { blankContact } from '@kontakt/convergence';
import { Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql, { join } from 'sql-template-tag';
import type { Contact } from '../generated/prisma/client.ts';
import { contactTable } from './store-contacts.ts';
import { withinBounds } from './within-bounds.ts';

/**
 * The contact, locked until the transaction ends, so that two writers of one contact take turns.
 * @throws Problem 404 when there is none within the caller's bounds, or it was deleted.
 */
export async function lockContact(tx: Transaction, id: string, bounds: Bounds): Promise<Contact> {
  const conditions = [sql`id = ${id}`, sql`deleted_stamp = ''`, ...withinBounds(bounds)];
  const [contact] = await tx.query<Contact>(
    sql`SELECT ${contactTable.of('contacts')} FROM contacts WHERE ${join(conditions, ' AND ')} FOR UPDATE`,
  );
  if (!contact) throw Problem.notFound(`contact ${id}`);
  return contact;
}

/** The contacts, deleted or not, locked until the transaction ends; those that are not known here yet begin blank. */
export async function lockOrBegin(tx: Transaction, wanted: { id: string; createdAt: Date }[]): Promise<Contact[]> {
  const lock = (ids: string[]) =>
    tx.query<Contact>(
      sql`SELECT ${contactTable.of('contacts')} FROM contacts WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`,
    );
  const known = await lock(wanted.map(({ id }) => id));
  const isKnown = new Set(known.map(({ id }) => id));
  const begun = wanted.filter(({ id }) => !isKnown.has(id));
  if (begun.length === 0) return known;

  const blank = { ...blankContact, peerMentorId: null, peerMentorSince: null };
  const rows = contactTable.json(begun.map(({ id, createdAt }) => ({ ...blank, id, createdAt, updatedAt: createdAt })));
  tx.send(
    sql`INSERT INTO contacts (${contactTable.names})
      SELECT ${contactTable.names} FROM jsonb_populate_recordset(NULL::contacts, ${rows}) ORDER BY id
      ON CONFLICT DO NOTHING`,
  );
  return [...known, ...(await lock(begun.map(({ id }) => id)))];
}
