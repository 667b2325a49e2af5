import { readPage, type Bounds } from '@kontakt/service-kit';
import sql, { join, type Sql } from 'sql-template-tag';
import type { Db } from '../db.ts';
import { sortOrders, type ContactListQuery } from './contact-schemas.ts';
import type { ListedContact } from './contact-view.ts';
import { withinBounds } from './within-bounds.ts';

/** What the list shows of a contact. */
export const listedColumns = sql`id, first_name AS "firstName", last_name AS "lastName", email, phone,
  updated_at AS "updatedAt"`;

/** How many contacts there are that are of all these organisations: of an undefined one, everybody is. */
function countOf(organisations: (string | undefined)[]): Sql {
  const conditions = organisations.flatMap((one) => (one === undefined ? [] : [sql`org_id = ${one}`]));
  return sql`(SELECT coalesce(sum(n), 0)::int FROM contact_counts
    WHERE ${join([sql`true`, ...conditions], ' AND ')})`;
}

/** One page of contacts, of one organisation or of all, and how many there are in total. One statement. */
export function listContacts(db: Db, { org_id: orgId, ...query }: ContactListQuery, bounds: Bounds) {
  return readPage<ListedContact>(
    db,
    {
      table: 'contacts',
      columns: listedColumns,
      conditions: [
        sql`deleted_stamp = ''`,
        ...(orgId === undefined ? [] : [sql`org_id = ${orgId}`]),
        ...withinBounds(bounds),
      ],
      orders: sortOrders,
      ...(!bounds.chapters && { total: countOf([orgId, bounds.organisation]) }),
    },
    query,
  );
}
