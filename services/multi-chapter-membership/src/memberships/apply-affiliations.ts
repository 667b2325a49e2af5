import { mergeMemberships, never, type MembershipState } from '@kontakt/convergence';
import {
  contactChapterAdded,
  contactChapterRemoved,
  contactChapterUpdated,
  type AffiliationsChanged,
} from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { knowContact } from '../contacts/know-contact.ts';
import type { Tx } from '../db.ts';
import type { MembershipStatus } from '../generated/prisma/client.ts';
import { membershipEvent } from './membership-event.ts';
import { nextMembershipId } from './next-membership-id.ts';

/** Merges what the edit form changed; as the owner of memberships, tells everybody what that changed. */
export async function applyAffiliations(tx: Tx, { contact_id, memberships }: AffiliationsChanged): Promise<void> {
  const contact = await knowContact(tx, contact_id);
  if (contact.deletedStamp !== never) return;
  await tx.chapter.createMany({
    data: memberships.map(({ chapter_id }) => ({ id: chapter_id, nameStamp: never })),
    skipDuplicates: true,
  });
  for (const { chapter_id, status, joined_at, stamp } of memberships) {
    await mergeIn(tx, contact_id, chapter_id, { status, joinedAt: new Date(joined_at), stamp });
  }
}

async function mergeIn(tx: Tx, contactId: string, chapterId: string, theirs: MembershipState): Promise<void> {
  const key = { contactId_chapterId: { contactId, chapterId } };
  const ours = await tx.membership.findUnique({ where: key });
  const merged = ours ? mergeMemberships(ours, theirs) : theirs;
  if (ours && merged === ours) return;

  const begins = merged.status !== 'removed' && (ours === null || ours.status === 'removed');
  const now = new Date();
  const register = { status: merged.status, joinedAt: merged.joinedAt, stamp: merged.stamp, updatedAt: now };
  // What is added anew gets a new id.
  const identity = begins || !ours ? { id: await nextMembershipId(tx), createdAt: now } : {};
  const stored = await tx.membership.upsert({
    where: key,
    create: { contactId, chapterId, id: '', createdAt: now, ...register, ...identity },
    update: { ...register, ...identity },
    include: { chapter: true },
  });
  const event = eventFor(begins, merged.status);
  await addToOutbox(tx, membershipEvent(event, stored));
}

function eventFor(begins: boolean, status: MembershipStatus) {
  if (begins) return contactChapterAdded;
  return status === 'removed' ? contactChapterRemoved : contactChapterUpdated;
}
