import { isDeepStrictEqual } from 'node:util';
import {
  blankContact,
  mergeContacts,
  mergeMemberships,
  newestContactStamp,
  never,
  type MembershipState,
} from '@kontakt/convergence';
import { Problem } from '@kontakt/service-kit';
import { affiliationsOf } from '../affiliations/affiliations-of.ts';
import { eraseContact } from '../contacts/erase-contact.ts';
import type { Tx } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';
import type { Answers } from './ask-services.ts';

/**
 * Merges what the other services know of a contact into this one's copy.
 * @returns the contact, or null when it was deleted.
 * @throws Problem 404 when nobody knows it.
 */
export async function mergeAnswers(tx: Tx, id: string, { contact: theirs, memberships }: Answers) {
  const ours = await lockOrBegin(tx, id);
  const merged = mergeContacts(ours, theirs ?? blankContact);
  if (newestContactStamp(merged) === never) throw Problem.notFound(`contact ${id}`);
  if (merged.deletedStamp !== never) {
    await eraseContact(tx, id, merged);
    return null;
  }
  await mergeInMemberships(tx, id, memberships);
  const changed = !isDeepStrictEqual(merged, mergeContacts(ours, blankContact));
  const contact = await tx.contact.update({
    where: { id },
    data: { ...merged, ...(changed && { updatedAt: new Date() }) },
  });
  return { contact, chapterIds: await affiliationsOf(tx, id) };
}

/** The contact, locked; one that is not known here yet begins blank. */
async function lockOrBegin(tx: Tx, id: string): Promise<Contact> {
  const now = new Date();
  await tx.contact.createMany({
    data: [{ ...blankContact, id, createdAt: now, updatedAt: now }],
    skipDuplicates: true,
  });
  await tx.$executeRaw`SELECT FROM contacts WHERE id = ${id} FOR UPDATE`;
  return tx.contact.findUniqueOrThrow({ where: { id } });
}

async function mergeInMemberships(tx: Tx, contactId: string, theirs: (MembershipState & { chapterId: string })[]) {
  const ours = await tx.membership.findMany({ where: { contactId } });
  for (const their of theirs) {
    const our = ours.find(({ chapterId }) => chapterId === their.chapterId);
    const merged = our ? mergeMemberships(our, their) : their;
    if (merged === our) continue;
    const data = { status: merged.status, joinedAt: merged.joinedAt, stamp: merged.stamp };
    await tx.membership.upsert({
      where: { contactId_chapterId: { contactId, chapterId: their.chapterId } },
      create: { contactId, chapterId: their.chapterId, ...data },
      update: data,
    });
  }
}
