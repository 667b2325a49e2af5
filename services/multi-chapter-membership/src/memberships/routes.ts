import {
  createOnce,
  entityTag,
  formatTime,
  paginate,
  parseIdempotencyKey,
  parseRequest,
  Problem,
  type RouteTable,
} from '@kontakt/service-kit';
import type { Deps } from '../app.ts';
import { addMembership } from './add-membership.ts';
import { listMemberships } from './list-memberships.ts';
import { lockMembership } from './lock-membership.ts';
import {
  chapterIdParam,
  contactIdParam,
  membershipChanges,
  membershipId,
  membershipListQuery,
  newMembership,
} from './membership-schemas.ts';
import { membershipView, membershipWithChapterName, membershipWithContactName } from './membership-view.ts';
import { removeMembership } from './remove-membership.ts';
import { updateMembership } from './update-membership.ts';

export function membershipRoutes({ db, clock }: Deps): RouteTable {
  return {
    '': {
      get: async (req, res) => {
        const { query } = parseRequest(req, { query: membershipListQuery });
        const { memberships, total } = await listMemberships(db.prisma, query);
        res.json(paginate(memberships.map(membershipView), query, total));
      },

      post: async (req, res) => {
        const { body } = parseRequest(req, { body: newMembership });
        const key = parseIdempotencyKey(req);
        const membership = await db.transaction((tx) =>
          createOnce({
            keys: tx.idempotencyKey,
            key,
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
          .set('ETag', entityTag(view))
          .json({ ...view, created_at: formatTime(membership.createdAt) });
      },
    },

    '/by-contact/:contactId': {
      get: async (req, res) => {
        const { params, query } = parseRequest(req, { params: contactIdParam, query: membershipListQuery });
        const { memberships, total } = await listMemberships(db.prisma, query, params);
        res.json(paginate(memberships.map(membershipWithChapterName), query, total));
      },
    },

    '/by-chapter/:chapterId': {
      get: async (req, res) => {
        const { params, query } = parseRequest(req, { params: chapterIdParam, query: membershipListQuery });
        const { memberships, total } = await listMemberships(db.prisma, query, params);
        res.json(paginate(memberships.map(membershipWithContactName), query, total));
      },
    },

    '/:id': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: membershipId }).params;
        const where = { id, status: { not: 'removed' } } as const;
        const membership = await db.prisma.membership.findUnique({ where });
        if (!membership) throw Problem.notFound(`membership ${id}`);
        const view = membershipView(membership);
        res.set('ETag', entityTag(view)).json(view);
      },

      put: async (req, res) => {
        const { params, body } = parseRequest(req, { params: membershipId, body: membershipChanges });
        const ifMatch = req.get('If-Match');
        const membership = await db.transaction((tx) =>
          updateMembership(tx, clock, { ...params, changes: body, ifMatch }),
        );
        const view = membershipView(membership);
        res.set('ETag', entityTag(view)).json({ ...view, updated_at: formatTime(membership.updatedAt) });
      },

      delete: async (req, res) => {
        const { id } = parseRequest(req, { params: membershipId }).params;
        const ifMatch = req.get('If-Match');
        await db.transaction((tx) => removeMembership(tx, clock, { id, ifMatch }));
        res.json({ deleted: true, id });
      },
    },
  };
}
