import { readPage, type Bounds, type SortOrder } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { sortOrders, type ContactListQuery } from '../contacts/contact-schemas.ts';
import { countOf } from '../contacts/count-of.ts';
import { withinBounds } from '../contacts/within-bounds.ts';
import type { Db } from '../db.ts';
import { peerMentorColumns } from './peer-mentor-columns.ts';
import type { ViewedPeerMentor } from './peer-mentor-view.ts';

/** As of contacts; new is who became a peer mentor last. */
const peerMentorOrders: Record<string, SortOrder> = {
  ...sortOrders,
  created_at: { by: 'peer_mentor_since', type: 'time', direction: 'ASC', ids: 'DESC' },
  '-created_at': { by: 'peer_mentor_since', type: 'time', direction: 'DESC', ids: 'ASC' },
};

/** One page of the contacts that are peer mentors now, and how many there are in total. One statement. */
export function listPeerMentors(db: Db, { org_id: orgId, ...query }: ContactListQuery, bounds: Bounds) {
  return readPage<ViewedPeerMentor>(
    db,
    {
      table: 'contacts',
      columns: peerMentorColumns,
      conditions: [
        sql`deleted_stamp = ''`,
        sql`role = 'peer_mentor'`,
        ...(orgId === undefined ? [] : [sql`org_id = ${orgId}`]),
        ...withinBounds(bounds),
      ],
      orders: peerMentorOrders,
      ...(!bounds.chapters && { total: countOf('peer mentors', [orgId, bounds.organisation]) }),
    },
    query,
  );
}
