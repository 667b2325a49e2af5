import { blankContact, mergeContacts } from '@kontakt/convergence';
import { parseRequest, Problem, type RouteTable } from '@kontakt/service-kit';
import type { Deps } from '../app.ts';
import { contactId } from '../contacts/contact-schemas.ts';

/** For the other services: a contact's shared state with its stamps, deleted or not. */
export function internalRoutes({ db }: Deps): RouteTable {
  return {
    '/contacts/:id': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const contact = await db.prisma.contact.findUnique({ where: { id } });
        if (!contact) throw Problem.notFound(`contact ${id}`);
        // The merge with the blank contact leaves the shared state and none of this service's own columns.
        res.json(mergeContacts(contact, blankContact));
      },
    },
  };
}
