import type { CloudEvent } from '@kontakt/events';
import { intoOutbox } from '@kontakt/messaging';
import { tableColumns, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { Prisma, type Contact } from '../generated/prisma/client.ts';

export const contactTable = tableColumns<Contact>(Prisma.ContactScalarFieldEnum);
const { takenFrom, json } = contactTable;

/** Writes locked contacts as they are now, and tells everybody: one statement. */
export function storeContacts(tx: Transaction, contacts: Contact[], events: CloudEvent[]): void {
  if (contacts.length === 0) return;
  // Their ids a second time: a plan made for a small table would otherwise join them with all of it. As an upsert, an
  // update took 1.6 instead of 1.4 ms of PostgreSQL: that calls the trigger of inserts, too, and folds the name twice.
  tx.send(
    sql`WITH told AS (${intoOutbox(events)})
      UPDATE contacts SET ${takenFrom('changed')}
      FROM jsonb_populate_recordset(NULL::contacts, ${json(contacts)}) AS changed
      WHERE contacts.id = changed.id AND contacts.id = ANY(${contacts.map(({ id }) => id)})`,
  );
}
