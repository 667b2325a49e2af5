import { blankContact, changeContact, joinName, type Clock } from '@kontakt/convergence';
import { affiliationsOf } from '../affiliations/affiliations-of.ts';
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
  return { contact, chapterIds: await affiliationsOf(tx, contact.id) };
}
