import { readPage, type Bounds } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import type { Db } from '../db.ts';
import { contactColumns } from './contact-columns.ts';
import { sortOrders, type ContactListQuery } from './contact-schemas.ts';
import { countOf } from './count-of.ts';
import type { ViewedContact } from './contact-view.ts';
import { withinBounds } from './within-bounds.ts';

/** One page of contacts, of one organisation or of all, and how many there are in total. One statement. */
export function listContacts(db: Db, { org_id: orgId, ...query }: ContactListQuery, bounds: Bounds) {
  return readPage<ViewedContact>(
    db,
    {
      table: 'contacts',
      columns: contactColumns,
      conditions: [
        sql`deleted_stamp = ''`,
        ...(orgId === undefined ? [] : [sql`org_id = ${orgId}`]),
        ...withinBounds(bounds),
      ],
      orders: sortOrders,
      ...(!bounds.chapters && { total: countOf('contacts', [orgId, bounds.organisation]) }),
    },
    query,
  );
}
