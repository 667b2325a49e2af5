import {
  consistencyToken,
  createOnce,
  formatTime,
  idempotencyHeaders,
  paginate,
  parseRequest,
  Problem,
  type RouteTable,
} from '@kontakt/service-kit';
import type { Deps } from '../app.ts';
import { addMembership } from './add-membership.ts';
import { listChaptersOfContact, listContactsOfChapter, listMemberships } from './list-memberships.ts';
import { lockMembership } from './lock-membership.ts';
import {
  chapterIdParam,
  contactIdParam,
  membershipChanges,
  membershipId,
  membershipListQuery,
  newMembership,
} from './membership-schemas.ts';
import { membershipTag } from './membership-tag.ts';
import { membershipView, membershipWithChapterName, membershipWithContactName } from './membership-view.ts';
import { removeMembership } from './remove-membership.ts';
import { updateMembership } from './update-membership.ts';
import { writeHeaders } from './write-headers.ts';

export function membershipRoutes({ db, clock }: Deps): RouteTable {
  return {
    '': {
      get: async (req, res) => {
        const { query } = parseRequest(req, { query: membershipListQuery });
        const { memberships, total } = await listMemberships(db.prisma, query);
        res.json(paginate(memberships.map(membershipView), query, total));
      },

      post: async (req, res) => {
        const { body, headers } = parseRequest(req, { body: newMembership, headers: idempotencyHeaders });
        const membership = await db.transaction((tx) =>
          createOnce({
            keys: tx.idempotencyKey,
            key: headers['idempotency-key'],
            body,
            create: () => addMembership(tx, clock, body),
            find: (id) => lockMembership(tx, id),
            idOf: ({ id }) => id,
          }),
        );
        const view = membershipView(membership);
        res
          .status(201)
          .location(`/api/v1/contact-chapters/${membership.id}`)
          .set(writeHeaders(membership))
          .json({ ...view, created_at: formatTime(membership.createdAt) });
      },
    },

    '/by-contact/:contactId': {
      get: async (req, res) => {
        const { params, query } = parseRequest(req, { params: contactIdParam, query: membershipListQuery });
        const { memberships, total } = await listChaptersOfContact(db.prisma, params.contactId, query);
        res.json(paginate(memberships.map(membershipWithChapterName), query, total));
      },
    },

    '/by-chapter/:chapterId': {
      get: async (req, res) => {
        const { params, query } = parseRequest(req, { params: chapterIdParam, query: membershipListQuery });
        const { memberships, total } = await listContactsOfChapter(db.prisma, params.chapterId, query);
        res.json(paginate(memberships.map(membershipWithContactName), query, total));
      },
    },

    '/:id': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: membershipId }).params;
        const where = { id, status: { not: 'removed' } } as const;
        const membership = await db.prisma.membership.findUnique({ where });
        if (!membership) throw Problem.notFound(`membership ${id}`);
        res.set('ETag', membershipTag(membership)).json(membershipView(membership));
      },

      put: async (req, res) => {
        const { params, body } = parseRequest(req, { params: membershipId, body: membershipChanges });
        const ifMatch = req.get('If-Match');
        const membership = await db.transaction((tx) =>
          updateMembership(tx, clock, { ...params, changes: body, ifMatch }),
        );
        const view = membershipView(membership);
        res.set(writeHeaders(membership)).json({ ...view, updated_at: formatTime(membership.updatedAt) });
      },

      delete: async (req, res) => {
        const { id } = parseRequest(req, { params: membershipId }).params;
        const ifMatch = req.get('If-Match');
        const { contactId, ...removed } = await db.transaction((tx) => removeMembership(tx, clock, { id, ifMatch }));
        res
          .set('Consistency-Token', consistencyToken({ contactId, memberships: [removed] }))
          .json({ deleted: true, id });
      },
    },
  };
}
