import { blankContact, newestContactStamp, never } from '@kontakt/convergence';
import { Problem } from '@kontakt/service-kit';
import { membershipsOf } from '../affiliations/affiliations.ts';
import { mergeInMemberships } from '../affiliations/merge-memberships.ts';
import { lockOrBegin } from '../contacts/lock-contact.ts';
import { mergeContact } from '../contacts/merge-contact.ts';
import type { Tx } from '../db.ts';
import type { Answers } from './ask-services.ts';

/**
 * Merges what the other services know of a contact into this one's copy.
 * @returns the contact, or null when it was deleted.
 * @throws Problem 404 when nobody knows it.
 */
export async function mergeAnswers(tx: Tx, id: string, { contact: theirs, memberships }: Answers) {
  const ours = await lockOrBegin(tx, id, new Date());
  const contact = await mergeContact(tx, ours, theirs ?? blankContact);
  if (newestContactStamp(contact) === never) throw Problem.notFound(`contact ${id}`);
  if (contact.deletedStamp !== never) return null;
  await mergeInMemberships(tx, id, memberships);
  return { contact, memberships: await membershipsOf(tx, id) };
}
