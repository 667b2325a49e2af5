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
import { membershipsOf } from '../affiliations/affiliations.ts';
import type { Deps } from '../app.ts';
import { contactChanges, contactId, contactListQuery, newContact } from './contact-schemas.ts';
import { contactTag } from './contact-tag.ts';
import { contactView, createdContactView, listedContactView, savedContactView } from './contact-view.ts';
import { createContact } from './create-contact.ts';
import { deleteContact } from './delete-contact.ts';
import { listContacts } from './list-contacts.ts';
import { lockContact } from './lock-contact.ts';
import { saveContactEdits } from './save-contact-edits.ts';
import { writeHeaders } from './write-headers.ts';

export function contactRoutes({ db, clock, defaultOrgId }: Deps): RouteTable {
  return {
    '': {
      get: async (req, res) => {
        const { query } = parseRequest(req, { query: contactListQuery });
        const { contacts, total } = await listContacts(db.prisma, query);
        res.json(paginate(contacts.map(listedContactView), query, total));
      },

      post: async (req, res) => {
        const { body, headers } = parseRequest(req, { body: newContact, headers: idempotencyHeaders });
        const { contact, memberships } = await db.transaction((tx) =>
          createOnce({
            keys: tx.idempotencyKey,
            key: headers['idempotency-key'],
            body,
            create: () => createContact(tx, clock, { body, defaultOrgId }),
            find: async (id) => ({ contact: await lockContact(tx, id), memberships: await membershipsOf(tx, id) }),
            idOf: (created) => created.contact.id,
          }),
        );
        res
          .status(201)
          .location(`/api/v1/contacts/${contact.id}?context=edit`)
          .set(writeHeaders(contact, memberships))
          .json(createdContactView(contact, memberships));
      },
    },

    '/:id': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const contact = await db.prisma.contact.findUnique({ where: { id, deletedStamp: '' } });
        if (!contact) throw Problem.notFound(`contact ${id}`);
        const memberships = await membershipsOf(db.prisma, id);
        res.set('ETag', contactTag(contact, memberships)).json(contactView(contact, memberships));
      },

      put: async (req, res) => {
        const { params, body } = parseRequest(req, { params: contactId, body: contactChanges });
        const ifMatch = req.get('If-Match');
        const { contact, memberships } = await db.transaction((tx) =>
          saveContactEdits(tx, clock, { ...params, changes: body, ifMatch }),
        );
        res.set(writeHeaders(contact, memberships)).json(savedContactView(contact));
      },

      delete: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const ifMatch = req.get('If-Match');
        const contact = await db.transaction((tx) => deleteContact(tx, clock, { id, ifMatch }));
        res
          .set('Consistency-Token', consistencyToken({ contactId: id, contact }))
          .json({ contact_id: id, deleted: true, deleted_at: formatTime(contact.updatedAt) });
      },
    },
  };
}
