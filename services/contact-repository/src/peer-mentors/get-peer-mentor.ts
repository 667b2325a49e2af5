import type { Stamp } from '@kontakt/convergence';
import { Problem, type Bounds } from '@kontakt/service-kit';
import sql, { join } from 'sql-template-tag';
import { withinBounds } from '../contacts/within-bounds.ts';
import type { Db } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import { peerMentorColumns } from './peer-mentor-columns.ts';
import type { ViewedPeerMentor } from './peer-mentor-view.ts';

type Details = ViewedPeerMentor & Pick<Contact, 'peerMentorSince' | 'createdAt'> & { newestStamp: Stamp };

/**
 * @param id of the profile.
 * @throws Problem 404 when there is none within the caller's bounds, or it is none of a peer mentor now.
 */
export async function getPeerMentor(db: Db, id: string, bounds: Bounds) {
  const conditions = [
    sql`peer_mentor_id = ${id}`,
    sql`deleted_stamp = ''`,
    sql`role = 'peer_mentor'`,
    ...withinBounds(bounds),
  ];
  const [peerMentor] = await db.query<Details>(
    sql`SELECT ${peerMentorColumns}, peer_mentor_since AS "peerMentorSince", created_at AS "createdAt",
        newest_stamp AS "newestStamp"
      FROM contacts WHERE ${join(conditions, ' AND ')}`,
  );
  if (!peerMentor) throw Problem.notFound(`peer mentor ${id}`);
  return peerMentor;
}
