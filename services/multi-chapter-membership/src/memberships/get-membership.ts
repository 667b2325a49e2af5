import { Problem, type Bounds } from '@kontakt/service-kit';
import sql, { join } from 'sql-template-tag';
import type { Db } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';
import type { ViewedMembership } from './membership-view.ts';
import { withinBounds } from './within-bounds.ts';

/** @throws Problem 404 when there is none within the caller's bounds, or it was removed. */
export async function getMembership(db: Db, id: string, bounds: Bounds) {
  const conditions = [sql`id = ${id}`, sql`status <> 'removed'`, ...withinBounds(bounds)];
  const [membership] = await db.query<ViewedMembership & Pick<Membership, 'stamp'>>(
    sql`SELECT id, contact_id AS "contactId", chapter_id AS "chapterId", joined_at AS "joinedAt", status, stamp
      FROM memberships WHERE ${join(conditions, ' AND ')}`,
  );
  if (!membership) throw Problem.notFound(`membership ${id}`);
  return membership;
}
