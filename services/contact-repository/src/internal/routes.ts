import { blankContact, mergeContacts } from '@kontakt/convergence';
import { parseRequest, type RouteTable } from '@kontakt/service-kit';
import type { Deps } from '../app.ts';
import { contactId } from '../contacts/contact-schemas.ts';

/**
 * For the other services: a contact's shared state with its stamps, deleted or not; null when it is not known here. Not
 * a 404, which a wrong address gives, too.
 */
export function internalRoutes({ db }: Deps): RouteTable {
  return {
    '/contacts/:id': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const contact = await db.prisma.contact.findUnique({ where: { id } });
        // The merge with the blank contact leaves the shared state and none of this service's own columns.
        const shared = contact && { ...mergeContacts(contact, blankContact), createdAt: contact.createdAt };
        res.json({ contact: shared });
      },
    },
  };
}
