import type { Api } from '@kontakt/service-kit';
import { affiliationRoutes } from './affiliations/routes.ts';
import type { Deps } from './app.ts';
import { contactRoutes } from './contacts/routes.ts';
import { refreshRoutes } from './refresh/routes.ts';

/** All that clients can ask of Contact Edit. */
export function createApi(deps: Pick<Deps, 'db' | 'clock' | 'defaultOrgId' | 'otherServices'>): Api {
  return {
    title: 'Contact Edit',
    description: 'The edit form of contacts, with phone, address and date of birth, which no other service has.',
    sections: [
      {
        base: '/api/v1/contacts',
        tag: { name: 'Edit form', description: 'Contacts as they are edited.' },
        routes: { ...contactRoutes(deps), ...affiliationRoutes(deps), ...refreshRoutes(deps) },
      },
    ],
  };
}
