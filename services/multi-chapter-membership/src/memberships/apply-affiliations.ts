import { mergeMemberships, never, type MembershipState } from '@kontakt/convergence';
import {
  contactChapterAdded,
  contactChapterRemoved,
  contactChapterUpdated,
  type AffiliationsChanged,
} from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { lockOrBegin } from '../contacts/contact-rows.ts';
import type { MembershipStatus } from '../generated/prisma/client.ts';
import { knowChapters } from './know-chapters.ts';
import { membershipEvent } from './membership-event.ts';
import { namedMembership, nextMembershipIds, storeMemberships, type NamedMembership } from './membership-rows.ts';

/** A membership as the edit form has it. */
type Theirs = MembershipState & { contactId: string; chapterId: string };

/** Merges what the edit form changed; as the owner of memberships, tells everybody what that changed. */
export async function applyAffiliations(tx: Transaction, changes: AffiliationsChanged[]): Promise<void> {
  const contacts = await lockOrBegin(
    tx,
    changes.map(({ contact_id }) => contact_id),
  );
  const present = new Set(contacts.flatMap(({ id, deletedStamp }) => (deletedStamp === never ? [id] : [])));
  const theirs = changes.flatMap(({ contact_id: contactId, memberships }) =>
    memberships.map(({ chapter_id: chapterId, status, joined_at, stamp }): Theirs => {
      return { contactId, chapterId, status, joinedAt: new Date(joined_at), stamp };
    }),
  );
  const merged = await mergeIn(
    tx,
    theirs.filter(({ contactId }) => present.has(contactId)),
  );
  storeMemberships(
    tx,
    merged.map(({ membership }) => membership),
    merged.map(({ membership, begins }) => membershipEvent(eventFor(begins, membership.status), membership)),
  );
}

/** @returns the memberships that are not what they were, and whether each begins. */
async function mergeIn(tx: Transaction, theirs: Theirs[]) {
  const chapterNames = await knowChapters(
    tx,
    theirs.map(({ chapterId }) => chapterId),
  );
  const existing = await tx.query<NamedMembership>(
    sql`SELECT ${namedMembership} WHERE contact_id = ANY(${theirs.map(({ contactId }) => contactId)})`,
  );
  const ourByKey = new Map(existing.map((membership) => [keyOf(membership), membership]));
  const changes = [...Map.groupBy(theirs, keyOf)].flatMap(([key, [first, ...later]]) => {
    if (!first) return [];
    const { contactId, chapterId } = first;
    const ours = ourByKey.get(key);
    const merged = [first, ...later].reduce<MembershipState>(mergeMemberships, ours ?? first);
    const { status, joinedAt, stamp } = merged;
    const begins = status !== 'removed' && (ours === undefined || ours.status === 'removed');
    return merged === ours ? [] : [{ ours, begins, membership: { contactId, chapterId, status, joinedAt, stamp } }];
  });

  // What is added anew gets a new id.
  const known = ({ ours, begins }: (typeof changes)[number]) => (begins ? undefined : ours);
  const ids = await nextMembershipIds(tx, changes.filter((change) => !known(change)).length);
  const now = new Date();
  return changes.map((change) => {
    const { id = ids.pop() ?? '', createdAt = now } = known(change) ?? {};
    const chapterName = chapterNames.get(change.membership.chapterId) ?? null;
    const membership: NamedMembership = { ...change.membership, id, chapterName, createdAt, updatedAt: now };
    return { membership, begins: change.begins };
  });
}

const keyOf = ({ contactId, chapterId }: { contactId: string; chapterId: string }) =>
  JSON.stringify([contactId, chapterId]);

function eventFor(begins: boolean, status: MembershipStatus) {
  if (begins) return contactChapterAdded;
  return status === 'removed' ? contactChapterRemoved : contactChapterUpdated;
}
