import type { Stamp } from '@kontakt/convergence';
import { Problem, type Bounds } from '@kontakt/service-kit';
import sql, { join } from 'sql-template-tag';
import type { Db } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';
import type { Form } from './contact-view.ts';
import { listedColumns } from './list-contacts.ts';
import { withinBounds } from './within-bounds.ts';

type WholeForm = Form & { newestStamp: Stamp; memberships: Pick<Membership, 'chapterId' | 'status' | 'stamp'>[] };

/**
 * A contact with all of its memberships, ended ones too, oldest first. One statement.
 * @throws Problem 404 when there is none within the caller's bounds, or it was deleted.
 */
export async function getForm(db: Db, id: string, bounds: Bounds): Promise<WholeForm> {
  const conditions = [sql`id = ${id}`, sql`deleted_stamp = ''`, ...withinBounds(bounds)];
  const [form] = await db.query<WholeForm>(
    sql`SELECT ${listedColumns}, address, date_of_birth AS "dateOfBirth", newest_stamp AS "newestStamp",
        (SELECT coalesce(json_agg(
           json_build_object('chapterId', chapter_id, 'status', status, 'stamp', stamp) ORDER BY joined_at, chapter_id
         ), '[]') FROM memberships WHERE contact_id = contacts.id) AS memberships
      FROM contacts WHERE ${join(conditions, ' AND ')}`,
  );
  if (!form) throw Problem.notFound(`contact ${id}`);
  return form;
}
