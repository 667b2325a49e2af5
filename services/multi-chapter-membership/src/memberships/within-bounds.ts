import type { Bounds } from '@kontakt/service-kit';
import sql, { type Sql } from 'sql-template-tag';

/** Only memberships that the caller may see: of contacts of its organisation, and in its chapters where it has some. */
export function withinBounds({ organisation, chapters }: Bounds): Sql[] {
  return [
    ...(organisation === undefined ? [] : [contactIsOf(organisation)]),
    ...(chapters ? [sql`chapter_id = ANY(${chapters})`] : []),
  ];
}

/** Memberships of one organisation's contacts. */
export const contactIsOf = (organisation: string) => sql`EXISTS (
  SELECT FROM contacts WHERE contacts.id = memberships.contact_id AND org_id = ${organisation})`;
