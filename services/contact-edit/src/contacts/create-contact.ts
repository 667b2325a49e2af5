import { blankContact, changeContact, joinName, type Clock } from '@kontakt/convergence';
import { contactEditSaved, createEvent, wholeContact } from '@kontakt/events';
import { addToOutbox } from '@kontakt/messaging';
import { affiliationsEvent } from '../affiliations/affiliations-event.ts';
import { membershipsOf } from '../affiliations/affiliations.ts';
import type { Tx } from '../db.ts';
import type { NewContact } from './contact-schemas.ts';

/** Creates a contact in the organisation that the form names, else in `defaultOrgId`, and puts it into its chapters. */
export async function createContact(
  tx: Tx,
  clock: Clock,
  { body, defaultOrgId }: { body: NewContact; defaultOrgId: string },
) {
  const now = new Date();
  const stamp = clock.next();
  const shared = changeContact(
    blankContact,
    {
      ...joinName(body.first_name, body.last_name),
      email: body.email,
      orgId: body.org_id ?? defaultOrgId,
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
