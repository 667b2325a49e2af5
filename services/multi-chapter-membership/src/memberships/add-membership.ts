import { never, type Clock } from '@kontakt/convergence';
import { Problem } from '@kontakt/service-kit';
import type { Tx } from '../db.ts';
import type { Membership } from '../generated/prisma/client.ts';
import type { NewMembership } from './membership-schemas.ts';

/**
 * Adds a contact, which need not be known, to a chapter, and names the chapter where the request does.
 * @throws Problem 409 with `existing_id` when it is there already, 400 when the contact was deleted.
 */
export async function addMembership(tx: Tx, clock: Clock, body: NewMembership): Promise<Membership> {
  const { contact_id: contactId, chapter_id: chapterId } = body;
  await knowContact(tx, contactId);
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
    stamp: clock.next(),
    createdAt: now,
    updatedAt: now,
  } as const;
  if (existing) return tx.membership.update({ where: key, data: register });
  return tx.membership.create({ data: { contactId, chapterId, ...register } });
}

/** Makes sure that there is a row for the contact and locks it, so that two additions of one contact take turns. */
async function knowContact(tx: Tx, id: string): Promise<void> {
  const unknown = { id, nameStamp: never, orgIdStamp: never, deletedStamp: never };
  await tx.contact.createMany({ data: [unknown], skipDuplicates: true });
  // Prisma cannot lock a row.
  await tx.$executeRaw`SELECT FROM contacts WHERE id = ${id} FOR UPDATE`;
  const { deletedStamp } = await tx.contact.findUniqueOrThrow({ where: { id } });
  if (deletedStamp !== never) {
    throw Problem.invalid([{ in: 'body', path: 'contact_id', message: 'names a contact that was deleted' }]);
  }
}

async function knowChapter(tx: Tx, clock: Clock, { chapter_id: id, chapter_name: name }: NewMembership): Promise<void> {
  await tx.chapter.createMany({ data: [{ id, nameStamp: never }], skipDuplicates: true });
  if (name === undefined) return;
  await tx.chapter.updateMany({
    where: { id, OR: [{ name: null }, { name: { not: name } }] },
    data: { name, nameStamp: clock.next() },
  });
}

/** In SQL, because a membership that is added anew gets its new id in an update, where Prisma knows no default. */
async function nextMembershipId(tx: Tx): Promise<string> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`SELECT next_membership_id() AS id`;
  if (!row) throw new Error('next_membership_id() gave no row');
  return row.id;
}
