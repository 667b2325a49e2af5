import { blankContact, newestContactStamp, never } from '@kontakt/convergence';
import { Problem, type Bounds } from '@kontakt/service-kit';
import { membershipsOf } from '../affiliations/affiliations.ts';
import { mergeInMemberships } from '../affiliations/merge-memberships.ts';
import { lockOrBegin } from '../contacts/lock-contact.ts';
import { mergeContact } from '../contacts/merge-contact.ts';
import { withinBounds } from '../contacts/within-bounds.ts';
import type { Tx } from '../db.ts';
import type { Answers } from './ask-services.ts';

/**
 * Merges what the other services know of a contact into this one's copy.
 * @returns the contact, or null when it was deleted or is not the caller's to see.
 * @throws Problem 404 when nobody knows it.
 */
export async function mergeAnswers(tx: Tx, { id, answers, bounds }: { id: string; answers: Answers; bounds: Bounds }) {
  const { contact: theirs, memberships } = answers;
  const ours = await lockOrBegin(tx, id, theirs?.createdAt ?? new Date());
  const contact = await mergeContact(tx, ours, theirs ?? blankContact);
  if (newestContactStamp(contact) === never) throw Problem.notFound(`contact ${id}`);
  if (contact.deletedStamp !== never) return null;
  await mergeInMemberships(tx, id, memberships);
  // Only now is it known whose it is.
  if (!(await tx.contact.findUnique({ where: { id, AND: withinBounds(bounds) } }))) return null;
  return { contact, memberships: await membershipsOf(tx, id) };
}
