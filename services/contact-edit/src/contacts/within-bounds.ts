import type { Bounds } from '@kontakt/service-kit';
import sql, { type Sql } from 'sql-template-tag';

/** Only contacts that the caller may see: of its organisation, and where it is limited to chapters, active in one. */
export function withinBounds({ organisation, chapters }: Bounds): Sql[] {
  return [
    ...(organisation === undefined ? [] : [sql`org_id = ${organisation}`]),
    ...(chapters ? [activeIn(chapters)] : []),
  ];
}

const activeIn = (chapters: string[]) => sql`EXISTS (
  SELECT FROM memberships
  WHERE contact_id = contacts.id AND status = 'active' AND chapter_id = ANY(${chapters}))`;
