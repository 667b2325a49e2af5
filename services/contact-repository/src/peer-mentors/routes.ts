import { endpoint, fields, paginate, type RouteTable } from '@kontakt/service-kit';
import Joi from 'joi';
import type { Deps } from '../app.ts';
import { contactListQuery, searchQuery } from '../contacts/contact-schemas.ts';
import { contactTag } from '../contacts/contact-tag.ts';
import { searchContacts } from '../contacts/search-contacts.ts';
import { getPeerMentor } from './get-peer-mentor.ts';
import { listPeerMentors } from './list-peer-mentors.ts';
import { foundPeerMentorPage, peerMentorAnswer, peerMentorPage } from './peer-mentor-answers.ts';
import { foundPeerMentorView, peerMentorDetails, peerMentorView } from './peer-mentor-view.ts';

const peerMentorId = Joi.object<{ id: string }>({
  id: fields.id.description('The id of the profile, not of the contact.'),
});

export function peerMentorRoutes({ db }: Pick<Deps, 'db'>): RouteTable {
  return {
    '': {
      get: endpoint({
        id: 'listPeerMentors',
        summary: 'List peer mentors',
        description: 'The contacts whose role is `peer_mentor`.',
        scope: 'contacts:read',
        request: { query: contactListQuery },
        answers: { 200: peerMentorPage },
        handle: async ({ query, access }, res) => {
          const { rows, pagination } = await listPeerMentors(db, query, access);
          res.json({ data: rows.map(peerMentorView), pagination });
        },
      }),
    },

    '/search': {
      get: endpoint({
        id: 'searchPeerMentors',
        summary: 'Search peer mentors',
        description: 'Looks in their names, email addresses and specialties.',
        scope: 'contacts:read',
        request: { query: searchQuery },
        answers: { 200: foundPeerMentorPage },
        handle: async ({ query, access: bounds }, res) => {
          const { hits, total } = await searchContacts(db, query, { bounds, peerMentorsOnly: true });
          res.json(paginate(hits.map(foundPeerMentorView), query, total));
        },
      }),
    },

    '/:id': {
      get: endpoint({
        id: 'getPeerMentor',
        summary: 'Get a peer mentor',
        scope: 'contacts:read',
        request: { params: peerMentorId },
        answers: { 200: peerMentorAnswer },
        refusals: [404],
        handle: async ({ params: { id }, access }, res) => {
          const peerMentor = await getPeerMentor(db, id, access);
          res.set('ETag', contactTag(peerMentor.id, peerMentor.newestStamp)).json(peerMentorDetails(peerMentor));
        },
      }),
    },
  };
}
