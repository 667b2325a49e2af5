import { never } from '@kontakt/convergence';
import { tableColumns, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { Prisma, type Contact } from '../generated/prisma/client.ts';

const { names, of, takenFrom, json } = tableColumns<Contact>(Prisma.ContactScalarFieldEnum);

/** The contacts that are known, deleted or not. */
export function readContacts(tx: Transaction, ids: string[]): Promise<Contact[]> {
  return tx.query<Contact>(sql`SELECT ${of('contacts')} FROM contacts WHERE id = ANY(${ids})`);
}

/**
 * The contacts, deleted or not, locked until the transaction ends: whoever writes a membership takes turns at its
 * contact. One that nobody has told of yet has no name.
 */
export async function lockOrBegin(tx: Transaction, ids: string[]): Promise<Contact[]> {
  const known = await lock(tx, ids);
  const isKnown = new Set(known.map(({ id }) => id));
  const begun = ids.filter((id) => !isKnown.has(id));
  if (begun.length === 0) return known;
  tx.send(
    sql`INSERT INTO contacts (id, name_stamp, org_id_stamp, deleted_stamp)
      SELECT DISTINCT unnest(${begun}::text[]) AS id, ${never}, ${never}, ${never} ORDER BY id
      ON CONFLICT DO NOTHING`,
  );
  return [...known, ...(await lock(tx, begun))];
}

function lock(tx: Transaction, ids: string[]): Promise<Contact[]> {
  return tx.query<Contact>(sql`SELECT ${of('contacts')} FROM contacts WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`);
}

/** Writes contacts that are locked. */
export function storeContacts(tx: Transaction, contacts: Contact[]): void {
  if (contacts.length === 0) return;
  // Their ids a second time: a plan made for a small table would otherwise join them with all of it.
  tx.send(
    sql`UPDATE contacts SET ${takenFrom('changed')}
      FROM (SELECT ${names} FROM jsonb_populate_recordset(NULL::contacts, ${json(contacts)})) AS changed
      WHERE contacts.id = changed.id AND contacts.id = ANY(${contacts.map(({ id }) => id)})`,
  );
}
