import { blankContact, changeContact, joinName, type Clock } from '@kontakt/convergence';
import { contactEditSaved, createEvent, wholeContact } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { checkChapters, checkOrganisation, Problem, type Bounds } from '@kontakt/service-kit';
import { affiliationsEvent } from '../affiliations/affiliations-event.ts';
import { membershipsOf } from '../affiliations/affiliations.ts';
import type { Tx } from '../db.ts';
import type { NewContact } from './contact-schemas.ts';

/**
 * Creates a contact in the organisation that the form names, else in the caller's, else in `defaultOrgId`, and puts it
 * into its chapters.
 * @throws Problem 403 when the caller could not see it.
 */
export async function createContact(
  tx: Tx,
  clock: Clock,
  { body, defaultOrgId, bounds }: { body: NewContact; defaultOrgId: string; bounds: Bounds },
) {
  checkOrganisation(body.org_id, bounds);
  checkChapters(body.chapter_affiliations, bounds);
  if (bounds.chapters && body.chapter_affiliations.length === 0) {
    throw new Problem(403, 'out-of-bounds', 'It would be in none of your chapters: name one in chapter_affiliations.');
  }
  const now = new Date();
  const stamp = clock.next();
  const shared = changeContact(
    blankContact,
    {
      ...joinName(body.first_name, body.last_name),
      email: body.email,
      orgId: body.org_id ?? bounds.organisation ?? defaultOrgId,
      ...(body.role !== undefined && { role: body.role }),
    },
    stamp,
  );
  const contact = await tx.contact.create({
    data: {
      ...shared,
      phone: body.phone ?? null,
      address: body.address ?? null,
      dateOfBirth: body.date_of_birth ?? null,
      createdAt: now,
      updatedAt: now,
    },
  });
  await tx.membership.createMany({
    data: body.chapter_affiliations.map((chapterId) => ({
      contactId: contact.id,
      chapterId,
      status: 'active',
      joinedAt: now,
      stamp,
    })),
  });
  const memberships = await membershipsOf(tx, contact.id);
  await addToOutbox(
    tx,
    createEvent(contactEditSaved, { subject: contact.id, data: wholeContact(contact) }),
    ...(memberships.length > 0 ? [affiliationsEvent(contact.id, memberships)] : []),
  );
  return { contact, memberships };
}
