import { newestContactStamp, type Clock } from '@kontakt/convergence';
import { intoOutbox } from '@kontakt/messaging';
import { checkChapters, checkIfMatch, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { contactTag } from '../contacts/contact-tag.ts';
import { lockContact } from '../contacts/lock-contact.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { affiliationsEvent } from './affiliations-event.ts';
import { oldestFirst, visibleMemberships } from './affiliations.ts';
import { intoMemberships } from './into-memberships.ts';

interface Replacement {
  id: string;
  chapterIds: string[];
  ifMatch: string | undefined;
  bounds: Bounds;
}

/**
 * Makes the contact's active memberships exactly the given ones: others end, new ones begin, an inactive one becomes
 * active again and keeps its `joined_at`. What stays is not touched, nor what the caller cannot see.
 * @throws Problem 404, 403 for chapters that are not the caller's, 412.
 */
export async function replaceAffiliations(
  tx: Transaction,
  clock: Clock,
  { id, chapterIds, ifMatch, bounds }: Replacement,
) {
  const { contact, memberships: before } = await lockContact(tx, id, bounds);
  checkChapters(chapterIds, bounds);
  checkIfMatch(ifMatch, contactTag(contact, newestContactStamp(contact), before));

  const now = new Date();
  const visible = new Map(visibleMemberships(before, bounds).map((membership) => [membership.chapterId, membership]));
  const ended = [...visible.values()]
    .filter(({ chapterId, status }) => status === 'active' && !chapterIds.includes(chapterId))
    .map((membership): Membership => ({ ...membership, status: 'removed' }));
  const begun = chapterIds
    .filter((chapterId) => visible.get(chapterId)?.status !== 'active')
    .map((chapterId): Omit<Membership, 'stamp'> => {
      const known = visible.get(chapterId);
      return {
        contactId: id,
        chapterId,
        status: 'active',
        joinedAt: known?.status === 'inactive' ? known.joinedAt : now,
      };
    });
  if (ended.length + begun.length === 0) return { contact, memberships: before };

  const stamp = clock.next(...before.map((membership) => membership.stamp));
  const changed = oldestFirst([...ended, ...begun].map((membership) => ({ ...membership, stamp })));
  const after = new Map([...before, ...changed].map((membership) => [membership.chapterId, membership]));
  tx.send(
    sql`WITH told AS (${intoOutbox([affiliationsEvent(id, changed)])}), joined AS (${intoMemberships(changed)})
      UPDATE contacts SET updated_at = ${now} WHERE id = ${id}`,
  );
  return { contact: { ...contact, updatedAt: now }, memberships: oldestFirst([...after.values()]) };
}
