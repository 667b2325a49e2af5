import { never } from '@kontakt/convergence';
import { contactEditDeleted, contactEditSaved, createEvent, wholeContact, type CloudEvent } from '@kontakt/events';
import { affiliationsEvent } from '../affiliations/affiliations-event.ts';
import type { Db } from '../db.ts';

const pageSize = 500;

/**
 * What this copy holds of every contact, or of one, as if it had just been saved: for the owners, should they have lost
 * what was saved here. They merge, so that what is older changes nothing.
 */
export async function* allEditEvents(prisma: Db['prisma'], contactId?: string): AsyncGenerator<CloudEvent> {
  for (let after = ''; ;) {
    const page = await prisma.contact.findMany({
      where: { id: contactId ?? { gt: after } },
      orderBy: { id: 'asc' },
      take: pageSize,
      include: { memberships: true },
    });
    for (const { memberships, ...contact } of page) {
      const { id, deletedStamp } = contact;
      if (deletedStamp !== never) {
        const data = { contact: { id }, stamps: { deleted: deletedStamp } };
        yield createEvent(contactEditDeleted, { subject: id, data });
        continue;
      }
      yield createEvent(contactEditSaved, { subject: id, data: wholeContact(contact) });
      if (memberships.length > 0) yield affiliationsEvent(id, memberships);
    }
    const last = page.at(-1);
    if (contactId !== undefined || !last || page.length < pageSize) return;
    after = last.id;
  }
}
