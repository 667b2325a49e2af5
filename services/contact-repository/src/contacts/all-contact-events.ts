import { never } from '@kontakt/convergence';
import { contactDeleted, contactUpdated, createEvent, wholeContact, type CloudEvent } from '@kontakt/events';
import type { Db } from '../db.ts';
import type { Contact } from '../generated/prisma/client.ts';

const pageSize = 500;

/** The state of every contact, or of one, as events; deleted ones too, as whoever starts anew must not keep them. */
export async function* allContactEvents(prisma: Db['prisma'], contactId?: string): AsyncGenerator<CloudEvent> {
  for (let after = ''; ;) {
    const page = await prisma.contact.findMany({
      where: { id: contactId ?? { gt: after } },
      orderBy: { id: 'asc' },
      take: pageSize,
    });
    yield* page.map(stateEvent);
    const last = page.at(-1);
    if (contactId !== undefined || !last || page.length < pageSize) return;
    after = last.id;
  }
}

function stateEvent(contact: Contact): CloudEvent {
  const { id, deletedStamp } = contact;
  if (deletedStamp === never) return createEvent(contactUpdated, { subject: id, data: wholeContact(contact) });
  return createEvent(contactDeleted, { subject: id, data: { contact: { id }, stamps: { deleted: deletedStamp } } });
}
