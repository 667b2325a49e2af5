import { paginate, parseRequest, Problem, type RouteTable } from '@kontakt/service-kit';
import type { Deps } from '../app.ts';
import { contactId, contactListQuery, searchQuery } from '../contacts/contact-schemas.ts';
import { contactTag } from '../contacts/contact-tag.ts';
import { searchContacts } from '../contacts/search-contacts.ts';
import { listPeerMentors } from './list-peer-mentors.ts';
import { peerMentorDetails, peerMentorView } from './peer-mentor-view.ts';

export function peerMentorRoutes({ db }: Deps): RouteTable {
  return {
    '': {
      get: async (req, res) => {
        const { query } = parseRequest(req, { query: contactListQuery });
        const { peerMentors, total } = await listPeerMentors(db.prisma, query);
        res.json(paginate(peerMentors.map(peerMentorView), query, total));
      },
    },

    '/search': {
      get: async (req, res) => {
        const { query } = parseRequest(req, { query: searchQuery });
        const { hits, total } = await searchContacts(db.prisma, query, { peerMentorsOnly: true });
        const found = hits.map((hit) => ({
          id: hit.peerMentorId,
          contact_id: hit.id,
          full_name: hit.fullName,
          specialty: hit.specialty,
        }));
        res.json(paginate(found, query, total));
      },
    },

    '/:id': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const where = { peerMentorId: id, deletedStamp: '', role: 'peer_mentor' };
        const contact = await db.prisma.contact.findUnique({ where });
        if (!contact) throw Problem.notFound(`peer mentor ${id}`);
        res.set('ETag', contactTag(contact)).json(peerMentorDetails(contact));
      },
    },
  };
}
