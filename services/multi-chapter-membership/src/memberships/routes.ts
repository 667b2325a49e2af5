import {
  consistencyToken,
  createOnce,
  endpoint,
  idempotencyHeaders,
  ifMatchHeaders,
  type RouteTable,
} from '@kontakt/service-kit';
import type { Deps } from '../app.ts';
import { addMembership } from './add-membership.ts';
import { getMembership } from './get-membership.ts';
import { listChaptersOfContact, listContactsOfChapter, listMemberships } from './list-memberships.ts';
import { lockMembership } from './lock-membership.ts';
import {
  addedMembership,
  chaptersOfContact,
  contactsOfChapter,
  membershipAnswer,
  membershipPage,
  removedMembership,
  updatedMembership,
} from './membership-answers.ts';
import {
  chapterIdParam,
  contactIdParam,
  membershipChanges,
  membershipId,
  membershipListQuery,
  newMembership,
} from './membership-schemas.ts';
import { membershipTag } from './membership-tag.ts';
import {
  addedMembershipView,
  membershipView,
  membershipWithChapterName,
  membershipWithContactName,
  updatedMembershipView,
} from './membership-view.ts';
import { removeMembership } from './remove-membership.ts';
import { updateMembership } from './update-membership.ts';
import { writeHeaders } from './write-headers.ts';

export function membershipRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): RouteTable {
  return {
    '': {
      get: endpoint({
        id: 'listMemberships',
        summary: 'List memberships',
        scope: 'memberships:read',
        request: { query: membershipListQuery },
        answers: { 200: membershipPage },
        handle: async ({ query, access: bounds }, res) => {
          const { rows, pagination } = await listMemberships(db, { ...query, bounds });
          res.json({ data: rows.map(membershipView), pagination });
        },
      }),

      post: endpoint({
        id: 'addMembership',
        summary: 'Add a contact to a chapter',
        description: 'There is one membership for a contact and a chapter: the 409 names the existing one.',
        scope: 'memberships:write',
        request: { body: newMembership, headers: idempotencyHeaders },
        answers: { 201: addedMembership },
        refusals: [404, 409],
        handle: async ({ body, headers, access }, res) => {
          const membership = await db.transaction((tx) =>
            createOnce({
              tx,
              key: headers['idempotency-key'],
              access,
              body,
              create: () => addMembership(tx, clock, { body, bounds: access }),
              find: (id) => lockMembership(tx, id, access),
              idOf: ({ id }) => id,
            }),
          );
          res
            .status(201)
            .location(`/api/v1/contact-chapters/${membership.id}`)
            .set(writeHeaders(membership))
            .json(addedMembershipView(membership));
        },
      }),
    },

    '/by-contact/:contactId': {
      get: endpoint({
        id: 'listChaptersOfContact',
        summary: "List a contact's chapters",
        scope: 'memberships:read',
        request: { params: contactIdParam, query: membershipListQuery },
        answers: { 200: chaptersOfContact },
        handle: async ({ params: { contactId }, query, access: bounds }, res) => {
          const { rows, pagination } = await listChaptersOfContact(db, contactId, { ...query, bounds });
          res.json({ data: rows.map(membershipWithChapterName), pagination });
        },
      }),
    },

    '/by-chapter/:chapterId': {
      get: endpoint({
        id: 'listContactsOfChapter',
        summary: "List a chapter's contacts",
        scope: 'memberships:read',
        request: { params: chapterIdParam, query: membershipListQuery },
        answers: { 200: contactsOfChapter },
        handle: async ({ params: { chapterId }, query, access: bounds }, res) => {
          const { rows, pagination } = await listContactsOfChapter(db, chapterId, { ...query, bounds });
          res.json({ data: rows.map(membershipWithContactName), pagination });
        },
      }),
    },

    '/:id': {
      get: endpoint({
        id: 'getMembership',
        summary: 'Get a membership',
        scope: 'memberships:read',
        request: { params: membershipId },
        answers: { 200: membershipAnswer },
        refusals: [404],
        handle: async ({ params: { id }, access }, res) => {
          const membership = await getMembership(db, id, access);
          res.set('ETag', membershipTag(membership)).json(membershipView(membership));
        },
      }),

      put: endpoint({
        id: 'updateMembership',
        summary: 'Change a membership',
        scope: 'memberships:write',
        request: { params: membershipId, body: membershipChanges, headers: ifMatchHeaders },
        answers: { 200: updatedMembership },
        refusals: [404, 412],
        handle: async ({ params: { id }, body: changes, headers, access: bounds }, res) => {
          const ifMatch = headers['if-match'];
          const membership = await db.transaction((tx) =>
            updateMembership(tx, clock, { id, changes, ifMatch, bounds }),
          );
          res.set(writeHeaders(membership)).json(updatedMembershipView(membership));
        },
      }),

      delete: endpoint({
        id: 'removeMembership',
        summary: 'Remove a contact from a chapter',
        description: 'It can be added again, and then the membership has a new id.',
        scope: 'memberships:write',
        request: { params: membershipId, headers: ifMatchHeaders },
        answers: { 200: removedMembership },
        refusals: [404, 412],
        handle: async ({ params: { id }, headers, access: bounds }, res) => {
          const removal = { id, ifMatch: headers['if-match'], bounds };
          const { contactId, ...removed } = await db.transaction((tx) => removeMembership(tx, clock, removal));
          res
            .set('Consistency-Token', consistencyToken({ contactId, memberships: [removed] }))
            .json({ deleted: true, id });
        },
      }),
    },
  };
}
