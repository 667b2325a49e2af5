import { mergeMemberships, type MembershipState } from '@kontakt/convergence';
import type { Tx } from '../db.ts';

/** Merges what another service knows of a contact's memberships; the caller has locked the contact. */
export async function mergeInMemberships(
  tx: Tx,
  contactId: string,
  theirs: (MembershipState & { chapterId: string })[],
): Promise<void> {
  const chapterIds = theirs.map(({ chapterId }) => chapterId);
  const ours = await tx.membership.findMany({ where: { contactId, chapterId: { in: chapterIds } } });
  for (const their of theirs) {
    const { chapterId } = their;
    const our = ours.find((membership) => membership.chapterId === chapterId);
    const { status, joinedAt, stamp } = our ? mergeMemberships(our, their) : their;
    if (our?.stamp === stamp && our.status === status && our.joinedAt.getTime() === joinedAt.getTime()) continue;
    await tx.membership.upsert({
      where: { contactId_chapterId: { contactId, chapterId } },
      create: { contactId, chapterId, status, joinedAt, stamp },
      update: { status, joinedAt, stamp },
    });
  }
}
