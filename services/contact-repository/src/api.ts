import type { Api } from '@kontakt/service-kit';
import type { Deps } from './app.ts';
import { contactRoutes } from './contacts/routes.ts';
import { peerMentorRoutes } from './peer-mentors/routes.ts';

/** All that clients can ask of Contact Repository. */
export function createApi(deps: Pick<Deps, 'db' | 'clock'>): Api {
  return {
    title: 'Contact Repository',
    description: 'The record of who there is in membership organisations: contacts, and the peer mentors among them.',
    sections: [
      {
        base: '/api/v1/contacts/peer-mentors',
        tag: { name: 'Peer mentors', description: 'The contacts whose role is `peer_mentor`, with their profiles.' },
        routes: peerMentorRoutes(deps),
      },
      {
        base: '/api/v1/contacts',
        tag: { name: 'Contacts', description: 'Who there is.' },
        routes: contactRoutes(deps),
      },
    ],
  };
}
