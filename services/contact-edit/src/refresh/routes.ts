import { consistencyToken, endpoint, Problem, type RouteTable } from '@kontakt/service-kit';
import { visibleMemberships } from '../affiliations/affiliations.ts';
import type { Deps } from '../app.ts';
import { contactId } from '../contacts/contact-schemas.ts';
import { askServices } from './ask-services.ts';
import { mergeAnswers } from './merge-answers.ts';
import { refreshedContact, refreshedView } from './refreshed-view.ts';

export function refreshRoutes({ db, clock, otherServices }: Pick<Deps, 'db' | 'clock' | 'otherServices'>): RouteTable {
  return {
    '/:id/refresh': {
      post: endpoint({
        id: 'refreshContact',
        summary: 'Refresh a contact',
        description:
          'Asks the other two services for what they know of the contact now, merges and stores it. Where one of them ' +
          'cannot be asked, nothing is changed, and the 503 names it.',
        scope: 'contacts:write',
        request: { params: contactId },
        answers: { 200: refreshedContact },
        refusals: [404, 503],
        handle: async ({ params: { id }, access }, res) => {
          const answers = await askServices(otherServices, clock, { id, requestId: res.get('X-Request-Id') ?? '' });
          const merged = await db.transaction((tx) => mergeAnswers(tx, { id, answers, bounds: access }));
          if (!merged) throw Problem.notFound(`contact ${id}`);
          const { contact } = merged;
          const memberships = visibleMemberships(merged.memberships, access);
          res
            .set('Consistency-Token', consistencyToken({ contactId: id, contact, memberships }))
            .json(refreshedView(contact, memberships));
        },
      }),
    },
  };
}
