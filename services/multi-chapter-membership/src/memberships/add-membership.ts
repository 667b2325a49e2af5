import { never, type Clock } from '@kontakt/convergence';
import { chapterRenamed, contactChapterAdded, createEvent } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { checkChapters, Problem, type Bounds } from '@kontakt/service-kit';
import { knowContact } from '../contacts/know-contact.ts';
import type { Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { membershipEvent } from './membership-event.ts';
import type { NewMembership } from './membership-schemas.ts';
import { nextMembershipId } from './next-membership-id.ts';

interface Addition {
  body: NewMembership;
  bounds: Bounds;
}

/**
 * Adds a contact, which need not be known, to a chapter, and names the chapter where the request does.
 * @throws Problem 404 or 403 when the contact or the chapter is not the caller's, 409 with `existing_id` when it is there already, 400 when the contact was deleted.
 */
export async function addMembership(tx: Tx, clock: Clock, { body, bounds }: Addition): Promise<Membership> {
  const { contact_id: contactId, chapter_id: chapterId } = body;
  await refuseOutOfBounds(tx, body, bounds);
  const contact = await knowContact(tx, contactId);
  if (contact.deletedStamp !== never) {
    throw Problem.invalid([{ in: 'body', path: 'contact_id', message: 'names a contact that was deleted' }]);
  }
  await knowChapter(tx, clock, body);

  const key = { contactId_chapterId: { contactId, chapterId } };
  const existing = await tx.membership.findUnique({ where: key });
  if (existing && existing.status !== 'removed') {
    throw new Problem(409, 'already-exists', `${contactId} already has a membership in ${chapterId}: ${existing.id}.`, {
      members: { existing_id: existing.id },
    });
  }
  const now = new Date();
  const register = {
    id: await nextMembershipId(tx),
    status: 'active',
    joinedAt: now,
    stamp: clock.next(existing?.stamp ?? never),
    createdAt: now,
    updatedAt: now,
  } as const;
  const membership = await tx.membership.upsert({
    where: key,
    create: { contactId, chapterId, ...register },
    update: register,
    include: { chapter: true },
  });
  await addToOutbox(tx, membershipEvent(contactChapterAdded, membership));
  return membership;
}

async function refuseOutOfBounds(tx: Tx, body: NewMembership, bounds: Bounds): Promise<void> {
  const { contact_id: contactId, chapter_id: chapterId, chapter_name: name } = body;
  const { organisation, chapters } = bounds;
  if (organisation === undefined) return;
  const inChapters = chapters && { memberships: { some: { chapterId: { in: chapters }, status: 'active' as const } } };
  const contact = await tx.contact.findUnique({ where: { id: contactId, orgId: organisation, ...inChapters } });
  if (!contact) throw Problem.notFound(`contact ${contactId}`);
  checkChapters([chapterId], bounds);
  if (name === undefined) return;
  const others = {
    status: { not: 'removed' as const },
    contact: { OR: [{ orgId: { not: organisation } }, { orgId: null }] },
  };
  const shared = await tx.chapter.findUnique({ where: { id: chapterId, memberships: { some: others } } });
  if (shared && shared.name !== name) {
    throw new Problem(
      403,
      'out-of-bounds',
      `${chapterId} is a chapter of other organisations, too: it keeps its name.`,
    );
  }
}

async function knowChapter(tx: Tx, clock: Clock, { chapter_id: id, chapter_name: name }: NewMembership): Promise<void> {
  await tx.chapter.createMany({ data: [{ id, nameStamp: never }], skipDuplicates: true });
  if (name === undefined) return;
  // Prisma cannot lock a row.
  await tx.$executeRaw`SELECT FROM chapters WHERE id = ${id} FOR UPDATE`;
  const chapter = await tx.chapter.findUniqueOrThrow({ where: { id } });
  if (chapter.name === name) return;
  const nameStamp = clock.next(chapter.nameStamp);
  await tx.chapter.update({ where: { id }, data: { name, nameStamp } });
  await addToOutbox(
    tx,
    createEvent(chapterRenamed, { subject: id, data: { chapter: { id, name }, stamp: nameStamp } }),
  );
}
