import { consistencyToken, formatTime, parseRequest, Problem, type RouteTable } from '@kontakt/service-kit';
import { affiliations } from '../affiliations/affiliations.ts';
import type { Deps } from '../app.ts';
import { contactId } from '../contacts/contact-schemas.ts';
import { askServices } from './ask-services.ts';
import { mergeAnswers } from './merge-answers.ts';

export function refreshRoutes({ db, clock, otherServices }: Deps): RouteTable {
  return {
    '/:id/refresh': {
      post: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const answers = await askServices(otherServices, clock, { id, requestId: res.get('X-Request-Id') ?? '' });
        const merged = await db.transaction((tx) => mergeAnswers(tx, id, answers));
        if (!merged) throw Problem.notFound(`contact ${id}`);
        const { contact, memberships } = merged;
        const chapterIds = affiliations(memberships);
        res.set('Consistency-Token', consistencyToken({ contactId: id, contact, memberships })).json({
          contact_id: id,
          first_name: contact.firstName,
          last_name: contact.lastName,
          email: contact.email,
          phone: contact.phone,
          chapter_affiliations: chapterIds,
          assignment_status: chapterIds.length > 0 ? 'assigned' : 'unassigned',
          refreshed_at: formatTime(new Date()),
        });
      },
    },
  };
}
