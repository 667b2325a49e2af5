import { newestContactStamp, type Clock } from '@kontakt/convergence';
import { addToOutbox } from '@kontakt/messaging';
import { checkChapters, checkIfMatch, type Bounds } from '@kontakt/service-kit';
import { contactTag } from '../contacts/contact-tag.ts';
import { lockContact } from '../contacts/lock-contact.ts';
import type { Tx } from '../db.ts';
import { affiliationsEvent } from './affiliations-event.ts';
import { membershipsOf, visibleMemberships } from './affiliations.ts';

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
export async function replaceAffiliations(tx: Tx, clock: Clock, { id, chapterIds, ifMatch, bounds }: Replacement) {
  const contact = await lockContact(tx, id, bounds);
  checkChapters(chapterIds, bounds);
  const before = await membershipsOf(tx, id);
  checkIfMatch(ifMatch, contactTag(contact, newestContactStamp(contact), before));

  const statuses = new Map(visibleMemberships(before, bounds).map(({ chapterId, status }) => [chapterId, status]));
  const wanted = new Set(chapterIds);
  const ended = [...statuses].flatMap(([chapterId, status]) =>
    status === 'active' && !wanted.has(chapterId) ? [chapterId] : [],
  );
  const resumed = chapterIds.filter((chapterId) => statuses.get(chapterId) === 'inactive');
  const begunAgain = chapterIds.filter((chapterId) => statuses.get(chapterId) === 'removed');
  const begun = chapterIds.filter((chapterId) => !statuses.has(chapterId));
  if (ended.length + resumed.length + begunAgain.length + begun.length === 0) return { contact, memberships: before };

  const now = new Date();
  const stamp = clock.next(...before.map((membership) => membership.stamp));
  const of = (chapters: string[]) => ({ contactId: id, chapterId: { in: chapters } });
  await tx.membership.updateMany({ where: of(ended), data: { status: 'removed', stamp } });
  await tx.membership.updateMany({ where: of(resumed), data: { status: 'active', stamp } });
  await tx.membership.updateMany({ where: of(begunAgain), data: { status: 'active', joinedAt: now, stamp } });
  await tx.membership.createMany({
    data: begun.map((chapterId) => ({ contactId: id, chapterId, status: 'active', joinedAt: now, stamp })),
  });
  const memberships = await membershipsOf(tx, id);
  const changed = memberships.filter((membership) => membership.stamp === stamp);
  await addToOutbox(tx, affiliationsEvent(id, changed));
  return { contact: await tx.contact.update({ where: { id }, data: { updatedAt: now } }), memberships };
}
