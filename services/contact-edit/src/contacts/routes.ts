import {
  consistencyToken,
  createOnce,
  endpoint,
  formatTime,
  idempotencyHeaders,
  ifMatchHeaders,
  type RouteTable,
} from '@kontakt/service-kit';
import { visibleMemberships } from '../affiliations/affiliations.ts';
import type { Deps } from '../app.ts';
import { contactAnswer, contactPage, createdContact, deletedContact, savedContact } from './contact-answers.ts';
import { contactChanges, contactId, contactListQuery, newContact } from './contact-schemas.ts';
import { contactTag } from './contact-tag.ts';
import { contactView, createdContactView, listedContactView, savedContactView } from './contact-view.ts';
import { createContact } from './create-contact.ts';
import { deleteContact } from './delete-contact.ts';
import { getForm } from './get-form.ts';
import { listContacts } from './list-contacts.ts';
import { lockContact } from './lock-contact.ts';
import { saveContactEdits } from './save-contact-edits.ts';
import { writeHeaders } from './write-headers.ts';

export function contactRoutes({ db, clock, defaultOrgId }: Pick<Deps, 'db' | 'clock' | 'defaultOrgId'>): RouteTable {
  return {
    '': {
      get: endpoint({
        id: 'listContactForms',
        summary: 'List contacts for editing',
        scope: 'contacts:read',
        request: { query: contactListQuery },
        answers: { 200: contactPage },
        handle: async ({ query, access }, res) => {
          const { rows, pagination } = await listContacts(db, query, access);
          res.json({ data: rows.map(listedContactView), pagination });
        },
      }),

      post: endpoint({
        id: 'createContactForm',
        summary: 'Create a contact with the edit form',
        scope: 'contacts:write',
        request: { body: newContact, headers: idempotencyHeaders },
        answers: { 201: createdContact },
        refusals: [404, 409],
        handle: async ({ body, headers, access }, res) => {
          const { contact, memberships } = await db.transaction((tx) =>
            createOnce({
              tx,
              key: headers['idempotency-key'],
              access,
              body,
              create: () => createContact(tx, clock, { body, defaultOrgId, bounds: access }),
              find: (id) => lockContact(tx, id, access),
              idOf: (created) => created.contact.id,
            }),
          );
          res
            .status(201)
            .location(`/api/v1/contacts/${contact.id}?context=edit`)
            .set(writeHeaders(contact, memberships, access))
            .json(createdContactView(contact, visibleMemberships(memberships, access)));
        },
      }),
    },

    '/:id': {
      get: endpoint({
        id: 'getContactForm',
        summary: 'Get a contact for editing',
        scope: 'contacts:read',
        request: { params: contactId },
        answers: { 200: contactAnswer },
        refusals: [404],
        handle: async ({ params: { id }, access }, res) => {
          const { newestStamp, memberships, ...form } = await getForm(db, id, access);
          res
            .set('ETag', contactTag(form, newestStamp, memberships))
            .json(contactView(form, visibleMemberships(memberships, access)));
        },
      }),

      put: endpoint({
        id: 'saveContactForm',
        summary: 'Save what was edited of a contact',
        description: 'Changes the fields that are sent, and no others.',
        scope: 'contacts:write',
        request: { params: contactId, body: contactChanges, headers: ifMatchHeaders },
        answers: { 200: savedContact },
        refusals: [404, 412],
        handle: async ({ params: { id }, body: changes, headers, access: bounds }, res) => {
          const ifMatch = headers['if-match'];
          const { contact, memberships } = await db.transaction((tx) =>
            saveContactEdits(tx, clock, { id, changes, ifMatch, bounds }),
          );
          res.set(writeHeaders(contact, memberships, bounds)).json(savedContactView(contact));
        },
      }),

      delete: endpoint({
        id: 'deleteContactForm',
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
            .json({ contact_id: id, deleted: true, deleted_at: formatTime(contact.updatedAt) });
        },
      }),
    },
  };
}
