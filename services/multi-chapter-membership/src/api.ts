import type { Api } from '@kontakt/service-kit';
import type { Deps } from './app.ts';
import { membershipRoutes } from './memberships/routes.ts';

/** All that clients can ask of Multi-Chapter Membership. */
export function createApi(deps: Pick<Deps, 'db' | 'clock'>): Api {
  return {
    title: 'Multi-Chapter Membership',
    description: 'The record of who belongs to which chapter.',
    sections: [
      {
        base: '/api/v1/contact-chapters',
        tag: { name: 'Memberships', description: 'Who belongs to which chapter.' },
        routes: membershipRoutes(deps),
      },
    ],
  };
}
