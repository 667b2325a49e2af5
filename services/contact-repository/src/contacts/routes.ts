import {
  consistencyToken,
  createOnce,
  endpoint,
  idempotencyHeaders,
  ifMatchHeaders,
  paginate,
  type RouteTable,
} from '@kontakt/service-kit';
import type { Deps } from '../app.ts';
import {
  contactAnswer,
  contactPage,
  createdContact,
  deletedContact,
  foundContactPage,
  updatedContact,
} from './contact-answers.ts';
import { contactChanges, contactId, contactListQuery, newContact, searchQuery } from './contact-schemas.ts';
import { contactTag } from './contact-tag.ts';
import { contactView, foundContactView, updatedContactView } from './contact-view.ts';
import { createContact } from './create-contact.ts';
import { deleteContact } from './delete-contact.ts';
import { getContact } from './get-contact.ts';
import { listContacts } from './list-contacts.ts';
import { lockContact } from './lock-contact.ts';
import { searchContacts } from './search-contacts.ts';
import { updateContact } from './update-contact.ts';
import { writeHeaders } from './write-headers.ts';

export function contactRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): RouteTable {
  return {
    '/search': {
      get: endpoint({
        id: 'searchContacts',
        summary: 'Search contacts',
        description: 'Looks in names and email addresses, and in what a peer mentor is good at.',
        scope: 'contacts:read',
        request: { query: searchQuery },
        answers: { 200: foundContactPage },
        handle: async ({ query, access }, res) => {
          const { hits, total } = await searchContacts(db, query, { bounds: access });
          res.json(paginate(hits.map(foundContactView), query, total));
        },
      }),
    },

    '': {
      get: endpoint({
        id: 'listContacts',
        summary: 'List contacts',
        scope: 'contacts:read',
        request: { query: contactListQuery },
        answers: { 200: contactPage },
        handle: async ({ query, access }, res) => {
          const { rows, pagination } = await listContacts(db, query, access);
          res.json({ data: rows.map(contactView), pagination });
        },
      }),

      post: endpoint({
        id: 'createContact',
        summary: 'Create a contact',
        scope: 'contacts:write',
        request: { body: newContact, headers: idempotencyHeaders },
        answers: { 201: createdContact },
        refusals: [404, 409],
        handle: async ({ body, headers, access }, res) => {
          const contact = await db.transaction((tx) =>
            createOnce({
              tx,
              key: headers['idempotency-key'],
              access,
              body,
              create: () => createContact(tx, clock, { body, bounds: access }),
              find: (id) => lockContact(tx, id, access),
              idOf: ({ id }) => id,
            }),
          );
          res
            .status(201)
            .location(`/api/v1/contacts/${contact.id}`)
            .set(writeHeaders(contact))
            .json(contactView(contact));
        },
      }),
    },

    '/:id': {
      get: endpoint({
        id: 'getContact',
        summary: 'Get a contact',
        scope: 'contacts:read',
        request: { params: contactId },
        answers: { 200: contactAnswer },
        refusals: [404],
        handle: async ({ params: { id }, access }, res) => {
          const contact = await getContact(db, id, access);
          res.set('ETag', contactTag(id, contact.newestStamp)).json(contactView(contact));
        },
      }),

      put: endpoint({
        id: 'updateContact',
        summary: 'Change a contact',
        description: 'Changes the fields that are sent, and no others.',
        scope: 'contacts:write',
        request: { params: contactId, body: contactChanges, headers: ifMatchHeaders },
        answers: { 200: updatedContact },
        refusals: [404, 412],
        handle: async ({ params: { id }, body: changes, headers, access: bounds }, res) => {
          const ifMatch = headers['if-match'];
          const contact = await db.transaction((tx) => updateContact(tx, clock, { id, changes, ifMatch, bounds }));
          res.set(writeHeaders(contact)).json(updatedContactView(contact));
        },
      }),

      delete: endpoint({
        id: 'deleteContact',
        summary: 'Delete a contact',
        description: 'Final, in every service: what is known of the person is erased, and the id is never used again.',
        scope: 'contacts:write',
        request: { params: contactId, headers: ifMatchHeaders },
        answers: { 200: deletedContact },
        refusals: [404, 412],
        handle: async ({ params: { id }, headers, access: bounds }, res) => {
          const ifMatch = headers['if-match'];
          const contact = await db.transaction((tx) => deleteContact(tx, clock, { id, ifMatch, bounds }));
          res
            .set('Consistency-Token', consistencyToken({ contactId: id, contact }))
            .json({ success: true, deleted_id: id });
        },
      }),
    },
  };
}
