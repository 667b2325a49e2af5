import type { CloudEvent } from '@kontakt/events';
import { intoOutbox } from '@kontakt/messaging';
import { tableColumns, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { Prisma, type Contact } from '../generated/prisma/client.ts';

export const contactTable = tableColumns<Contact>(Prisma.ContactScalarFieldEnum);
const { names, takenFrom, json } = contactTable;

/** Writes contacts, new or locked ones, as they are now, and tells everybody: one statement. */
export function storeContacts(tx: Transaction, contacts: Contact[], events: CloudEvent[]): void {
  if (contacts.length === 0) return;
  tx.send(
    sql`WITH told AS (${intoOutbox(events)})
      INSERT INTO contacts (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::contacts, ${json(contacts)})
      ON CONFLICT (id) DO UPDATE SET ${takenFrom('excluded')}`,
  );
}
