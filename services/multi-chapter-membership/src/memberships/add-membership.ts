import { never, type Clock } from '@kontakt/convergence';
import { contactChapterAdded } from '@kontakt/events';
import { checkChapters, Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql, { empty } from 'sql-template-tag';
import { lockOrBegin } from '../contacts/contact-rows.ts';
import { knowChapters } from './know-chapters.ts';
import { membershipEvent } from './membership-event.ts';
import { namedMembership, nextMembershipIds, storeMemberships, type NamedMembership } from './membership-rows.ts';
import type { NewMembership } from './membership-schemas.ts';
import { nameChapter } from './name-chapter.ts';

interface Addition {
  body: NewMembership;
  bounds: Bounds;
}

/**
 * Adds a contact, which need not be known, to a chapter, and names the chapter where the request does.
 * @throws Problem 404 or 403 when the contact or the chapter is not the caller's, 409 with `existing_id` when it is there already, 400 when the contact was deleted.
 */
export async function addMembership(
  tx: Transaction,
  clock: Clock,
  { body, bounds }: Addition,
): Promise<NamedMembership> {
  const { contact_id: contactId, chapter_id: chapterId } = body;
  await refuseOutOfBounds(tx, body, bounds);
  const [contact] = await lockOrBegin(tx, [contactId]);
  if (contact?.deletedStamp !== never) {
    throw Problem.invalid([{ in: 'body', path: 'contact_id', message: 'names a contact that was deleted' }]);
  }
  const names = await knowChapters(tx, [chapterId]);
  if (body.chapter_name !== undefined) await nameChapter(tx, clock, { id: chapterId, name: body.chapter_name });

  const [existing] = await tx.query<NamedMembership>(
    sql`SELECT ${namedMembership} WHERE contact_id = ${contactId} AND chapter_id = ${chapterId}`,
  );
  if (existing && existing.status !== 'removed') {
    throw new Problem(409, 'already-exists', `${contactId} already has a membership in ${chapterId}: ${existing.id}.`, {
      members: { existing_id: existing.id },
    });
  }
  const [id = ''] = await nextMembershipIds(tx, 1);
  const now = new Date();
  const membership: NamedMembership = {
    contactId,
    chapterId,
    chapterName: body.chapter_name ?? names.get(chapterId) ?? null,
    id,
    status: 'active',
    joinedAt: now,
    stamp: clock.next(existing?.stamp ?? never),
    createdAt: now,
    updatedAt: now,
  };
  storeMemberships(tx, [membership], [membershipEvent(contactChapterAdded, membership)]);
  return membership;
}

async function refuseOutOfBounds(tx: Transaction, body: NewMembership, bounds: Bounds): Promise<void> {
  const { contact_id: contactId, chapter_id: chapterId, chapter_name: name } = body;
  const { organisation, chapters } = bounds;
  if (organisation === undefined) return;
  const inChapters = sql`AND EXISTS (
    SELECT FROM memberships WHERE contact_id = contacts.id AND status = 'active' AND chapter_id = ANY(${chapters}))`;
  const [contact] = await tx.query(
    sql`SELECT id FROM contacts WHERE id = ${contactId} AND org_id = ${organisation} ${chapters ? inChapters : empty}`,
  );
  if (!contact) throw Problem.notFound(`contact ${contactId}`);
  checkChapters([chapterId], bounds);
  if (name === undefined) return;
  const [shared] = await tx.query(
    sql`SELECT id FROM chapters WHERE id = ${chapterId} AND name IS DISTINCT FROM ${name} AND EXISTS (
      SELECT FROM memberships JOIN contacts ON contacts.id = memberships.contact_id
      WHERE chapter_id = chapters.id AND status <> 'removed' AND org_id IS DISTINCT FROM ${organisation})`,
  );
  if (shared) {
    throw new Problem(
      403,
      'out-of-bounds',
      `${chapterId} is a chapter of other organisations, too: it keeps its name.`,
    );
  }
}
