import { tableColumns } from '@kontakt/service-kit';
import sql, { type Sql } from 'sql-template-tag';
import { Prisma, type Contact } from '../generated/prisma/client.ts';

export const contactTable = tableColumns<Contact>(Prisma.ContactScalarFieldEnum);
const { names, takenFrom, json } = contactTable;

/** The statement that writes contacts, new or locked ones, as they are now: after a `WITH` of what goes with them. */
export function intoContacts(contacts: Contact[]): Sql {
  // By organisation, as two commits could wait for each other's counts (see the trigger count_contact).
  return sql`INSERT INTO contacts (${names})
    SELECT ${names} FROM jsonb_populate_recordset(NULL::contacts, ${json(contacts)}) ORDER BY org_id
    ON CONFLICT (id) DO UPDATE SET ${takenFrom('excluded')}`;
}
