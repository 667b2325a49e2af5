import {
  consistencyToken,
  createOnce,
  idempotencyHeaders,
  paginate,
  parseRequest,
  Problem,
  type RouteTable,
} from '@kontakt/service-kit';
import type { Deps } from '../app.ts';
import { contactChanges, contactId, contactListQuery, newContact, searchQuery } from './contact-schemas.ts';
import { contactTag } from './contact-tag.ts';
import { contactView, updatedContactView } from './contact-view.ts';
import { createContact } from './create-contact.ts';
import { deleteContact } from './delete-contact.ts';
import { listContacts } from './list-contacts.ts';
import { lockContact } from './lock-contact.ts';
import { searchContacts } from './search-contacts.ts';
import { updateContact } from './update-contact.ts';
import { writeHeaders } from './write-headers.ts';

export function contactRoutes({ db, clock }: Deps): RouteTable {
  return {
    '/search': {
      get: async (req, res) => {
        const { query } = parseRequest(req, { query: searchQuery });
        const { hits, total } = await searchContacts(db.prisma, query);
        const found = hits.map(({ id, fullName, email }) => ({ id, full_name: fullName, email }));
        res.json(paginate(found, query, total));
      },
    },

    '': {
      get: async (req, res) => {
        const { query } = parseRequest(req, { query: contactListQuery });
        const { contacts, total } = await listContacts(db.prisma, query);
        res.json(paginate(contacts.map(contactView), query, total));
      },

      post: async (req, res) => {
        const { body, headers } = parseRequest(req, { body: newContact, headers: idempotencyHeaders });
        const contact = await db.transaction((tx) =>
          createOnce({
            keys: tx.idempotencyKey,
            key: headers['idempotency-key'],
            body,
            create: () => createContact(tx, clock, body),
            find: (id) => lockContact(tx, id),
            idOf: ({ id }) => id,
          }),
        );
        res
          .status(201)
          .location(`/api/v1/contacts/${contact.id}`)
          .set(writeHeaders(contact))
          .json(contactView(contact));
      },
    },

    '/:id': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const contact = await db.prisma.contact.findUnique({ where: { id, deletedStamp: '' } });
        if (!contact) throw Problem.notFound(`contact ${id}`);
        res.set('ETag', contactTag(contact)).json(contactView(contact));
      },

      put: async (req, res) => {
        const { params, body } = parseRequest(req, { params: contactId, body: contactChanges });
        const ifMatch = req.get('If-Match');
        const contact = await db.transaction((tx) => updateContact(tx, clock, { ...params, changes: body, ifMatch }));
        res.set(writeHeaders(contact)).json(updatedContactView(contact));
      },

      delete: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const ifMatch = req.get('If-Match');
        const contact = await db.transaction((tx) => deleteContact(tx, clock, { id, ifMatch }));
        res
          .set('Consistency-Token', consistencyToken({ contactId: id, contact }))
          .json({ success: true, deleted_id: id });
      },
    },
  };
}
