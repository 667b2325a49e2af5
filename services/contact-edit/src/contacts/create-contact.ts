import { blankContact, changeContact, joinName, type Clock } from '@kontakt/convergence';
import { contactEditSaved, createEvent, wholeContact } from '@kontakt/events';
import { intoOutbox } from '@kontakt/messaging';
import { checkChapters, checkOrganisation, Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { affiliationsEvent } from '../affiliations/affiliations-event.ts';
import { oldestFirst } from '../affiliations/affiliations.ts';
import { intoMemberships } from '../affiliations/into-memberships.ts';
import type { Contact, Membership } from '../generated/prisma/client.ts';
import type { NewContact } from './contact-schemas.ts';
import { intoContacts } from './into-contacts.ts';
import { lockNewId } from './lock-contact.ts';

/**
 * Creates a contact in the organisation that the form names, else in the caller's, else in `defaultOrgId`, and puts it
 * into its chapters.
 * @throws Problem 403 when the caller could not see it.
 */
export async function createContact(
  tx: Transaction,
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
  const id = await lockNewId(tx);
  const contact: Contact = {
    ...shared,
    id,
    phone: body.phone ?? null,
    address: body.address ?? null,
    dateOfBirth: body.date_of_birth ?? null,
    createdAt: now,
    updatedAt: now,
  };
  const memberships = oldestFirst(
    body.chapter_affiliations.map((chapterId): Membership => {
      return { contactId: id, chapterId, status: 'active', joinedAt: now, stamp };
    }),
  );
  const events = [
    createEvent(contactEditSaved, { subject: id, data: wholeContact(contact) }),
    ...(memberships.length > 0 ? [affiliationsEvent(id, memberships)] : []),
  ];
  tx.send(
    sql`WITH told AS (${intoOutbox(events)}), joined AS (${intoMemberships(memberships)}) ${intoContacts([contact])}`,
  );
  return { contact, memberships };
}
