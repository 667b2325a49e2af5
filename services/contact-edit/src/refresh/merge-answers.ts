import { blankContact, newestContactStamp, never } from '@kontakt/convergence';
import { Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import { mergeInMemberships } from '../affiliations/merge-memberships.ts';
import { mergeInContacts } from '../contacts/merge-contacts.ts';
import { readContact } from '../contacts/read-contact.ts';
import type { Answers } from './ask-services.ts';

/**
 * Merges what the other services know of a contact into this one's copy.
 * @returns the contact, or undefined when it was deleted or is not the caller's to see.
 * @throws Problem 404 when nobody knows it.
 */
export async function mergeAnswers(
  tx: Transaction,
  { id, answers, bounds }: { id: string; answers: Answers; bounds: Bounds },
) {
  const { contact: theirs, memberships } = answers;
  const state = theirs ?? blankContact;
  const [contact] = await mergeInContacts(tx, [{ id, createdAt: theirs?.createdAt ?? new Date(), state }]);
  if (!contact || newestContactStamp(contact) === never) throw Problem.notFound(`contact ${id}`);
  await mergeInMemberships(
    tx,
    memberships.map((membership) => ({ ...membership, contactId: id })),
  );
  // Only now is it known whose it is.
  return readContact(tx, id, bounds);
}
