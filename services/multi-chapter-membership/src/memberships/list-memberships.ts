import { readPage, type Bounds } from '@kontakt/service-kit';
import sql, { type Sql } from 'sql-template-tag';
import type { Db } from '../db.ts';
import { sortOrders, type MembershipListQuery } from './membership-schemas.ts';
import type { ViewedMembership, WithChapterName, WithContactName } from './membership-view.ts';
import { withinBounds, contactIsOf } from './within-bounds.ts';

/** What is asked for, and how much of it the caller may see. */
type Seen = MembershipListQuery & { bounds: Bounds };

/** What is shown of a membership. */
const membershipColumns = sql`t.id, t.contact_id AS "contactId", t.chapter_id AS "chapterId",
  t.joined_at AS "joinedAt", t.status`;

/** One page of all memberships, and how many there are in total. One statement. */
export function listMemberships(db: Db, query: Seen) {
  const list = { ...common, columns: membershipColumns, conditions: seen(query), ...counted('', query) };
  return readPage<ViewedMembership>(db, list, query);
}

/** One page of a contact's memberships with their chapters. One statement. */
export function listChaptersOfContact(db: Db, contactId: string, query: Seen) {
  const list = {
    ...common,
    columns: sql`${membershipColumns}, chapters.name AS "chapterName"`,
    joins: sql`JOIN chapters ON chapters.id = t.chapter_id`,
    conditions: [sql`contact_id = ${contactId}`, ...seen(query)],
  };
  return readPage<WithChapterName>(db, list, query);
}

/** One page of a chapter's memberships with their contacts. One statement. */
export function listContactsOfChapter(db: Db, chapterId: string, query: Seen) {
  const list = {
    ...common,
    columns: sql`${membershipColumns}, contacts.full_name AS "contactName"`,
    joins: sql`JOIN contacts ON contacts.id = t.contact_id`,
    conditions: [sql`chapter_id = ${chapterId}`, ...seen(query)],
    ...counted(chapterId, query),
  };
  return readPage<WithContactName>(db, list, query);
}

const common = { table: 'memberships', orders: sortOrders };

/** The total that is known beforehand, unless only a part of it is seen. */
function counted(chapterId: string, { org_id: orgId, bounds }: Seen) {
  if (orgId !== undefined || bounds.organisation !== undefined || bounds.chapters) return {};
  return { total: sql`(SELECT coalesce(sum(n), 0)::int FROM membership_counts WHERE chapter_id = ${chapterId})` };
}

function seen({ org_id: orgId, bounds }: Seen): Sql[] {
  return [sql`status <> 'removed'`, ...(orgId === undefined ? [] : [contactIsOf(orgId)]), ...withinBounds(bounds)];
}
