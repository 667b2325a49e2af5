import { never, type Clock } from '@kontakt/convergence';
import { chapterRenamed, contactChapterAdded, createEvent } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { Problem } from '@kontakt/service-kit';
import { knowContact } from '../contacts/know-contact.ts';
import type { Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { membershipEvent } from './membership-event.ts';
import type { NewMembership } from './membership-schemas.ts';
import { nextMembershipId } from './next-membership-id.ts';

/**
 * Adds a contact, which need not be known, to a chapter, and names the chapter where the request does.
 * @throws Problem 409 with `existing_id` when it is there already, 400 when the contact was deleted.
 */
export async function addMembership(tx: Tx, clock: Clock, body: NewMembership): Promise<Membership> {
  const { contact_id: contactId, chapter_id: chapterId } = body;
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
