import type { Stamp } from '@kontakt/convergence';
import { Problem, type Bounds } from '@kontakt/service-kit';
import sql, { join } from 'sql-template-tag';
import type { Db } from '../db.ts';
import { contactColumns } from './contact-columns.ts';
import type { ViewedContact } from './contact-view.ts';
import { withinBounds } from './within-bounds.ts';

/** @throws Problem 404 when there is none within the caller's bounds, or it was deleted. */
export async function getContact(db: Db, id: string, bounds: Bounds) {
  const conditions = [sql`id = ${id}`, sql`deleted_stamp = ''`, ...withinBounds(bounds)];
  const [contact] = await db.query<ViewedContact & { newestStamp: Stamp }>(
    sql`SELECT ${contactColumns}, newest_stamp AS "newestStamp" FROM contacts WHERE ${join(conditions, ' AND ')}`,
  );
  if (!contact) throw Problem.notFound(`contact ${id}`);
  return contact;
}
