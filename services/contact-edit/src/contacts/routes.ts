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
import { affiliationsOf } from '../affiliations/affiliations-of.ts';
import type { Deps } from '../app.ts';
import { contactChanges, contactId, contactListQuery, newContact } from './contact-schemas.ts';
import { contactView, createdContactView, listedContactView, savedContactView } from './contact-view.ts';
import { createContact } from './create-contact.ts';
import { deleteContact } from './delete-contact.ts';
import { listContacts } from './list-contacts.ts';
import { lockContact } from './lock-contact.ts';
import { saveContactEdits } from './save-contact-edits.ts';

export function contactRoutes({ db, clock, defaultOrgId }: Deps): RouteTable {
  return {
    '': {
      get: async (req, res) => {
        const { query } = parseRequest(req, { query: contactListQuery });
        const { contacts, total } = await listContacts(db.prisma, query);
        res.json(paginate(contacts.map(listedContactView), query, total));
      },

      post: async (req, res) => {
        const { body } = parseRequest(req, { body: newContact });
        const key = parseIdempotencyKey(req);
        const { contact, chapterIds } = await db.transaction((tx) =>
          createOnce({
            keys: tx.idempotencyKey,
            key,
            body,
            create: () => createContact(tx, clock, { body, defaultOrgId }),
            find: async (id) => ({ contact: await lockContact(tx, id), chapterIds: await affiliationsOf(tx, id) }),
            idOf: (created) => created.contact.id,
          }),
        );
        res
          .status(201)
          .location(`/api/v1/contacts/${contact.id}?context=edit`)
          .set('ETag', entityTag(contactView(contact, chapterIds)))
          .json(createdContactView(contact, chapterIds));
      },
    },

    '/:id': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const contact = await db.prisma.contact.findUnique({ where: { id, deletedStamp: '' } });
        if (!contact) throw Problem.notFound(`contact ${id}`);
        const view = contactView(contact, await affiliationsOf(db.prisma, id));
        res.set('ETag', entityTag(view)).json(view);
      },

      put: async (req, res) => {
        const { params, body } = parseRequest(req, { params: contactId, body: contactChanges });
        const ifMatch = req.get('If-Match');
        const { contact, chapterIds } = await db.transaction((tx) =>
          saveContactEdits(tx, clock, { ...params, changes: body, ifMatch }),
        );
        res.set('ETag', entityTag(contactView(contact, chapterIds))).json(savedContactView(contact));
      },

      delete: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const ifMatch = req.get('If-Match');
        const deletedAt = await db.transaction((tx) => deleteContact(tx, clock, { id, ifMatch }));
        res.json({ contact_id: id, deleted: true, deleted_at: formatTime(deletedAt) });
      },
    },
  };
}
