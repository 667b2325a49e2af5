import { blankContact, changeContact, type Clock } from '@kontakt/convergence';
import { contactCreated, createEvent, wholeContact } from '@kontakt/events';
import { intoOutbox } from '@kontakt/messaging';
import { checkOrganisation, Problem, type Bounds, type Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import { ulid } from 'ulid';
import type { Contact } from '../generated/prisma/client.ts';
import type { NewContact } from './contact-schemas.ts';
import { contactValues } from './contact-values.ts';
import { peerMentorProfile } from './peer-mentor-profile.ts';
import { contactTable } from './store-contacts.ts';

/**
 * Creates a contact, with its profile when it is a peer mentor, and tells everybody.
 * @throws Problem 403 when the caller could not see it.
 */
export function createContact(
  tx: Transaction,
  clock: Clock,
  { body, bounds }: { body: NewContact; bounds: Bounds },
): Contact {
  checkOrganisation(body.org_id, bounds);
  if (bounds.chapters) {
    throw new Problem(
      403,
      'out-of-bounds',
      'It would be in none of your chapters. Create it with ?context=edit, in one.',
    );
  }
  const now = new Date();
  const contact = changeContact(blankContact, contactValues(body), clock.next());
  const created: Contact = {
    ...contact,
    ...peerMentorProfile(contact, null, now),
    id: `usr_${ulid(now.getTime())}`,
    createdAt: now,
    updatedAt: now,
  };
  const event = createEvent(contactCreated, { subject: created.id, data: wholeContact(created) });
  tx.send(
    sql`WITH told AS (${intoOutbox([event])})
      INSERT INTO contacts (${contactTable.names})
      SELECT ${contactTable.names} FROM jsonb_populate_recordset(NULL::contacts, ${contactTable.json([created])})`,
  );
  return created;
}
