import { pageOf, shown, type AnswerDescription } from '@kontakt/service-kit';
import Joi from 'joi';
import type { contactView, foundContactView, updatedContactView } from './contact-view.ts';

/** What the endpoints of contacts answer. The examples are the documented ones. */

const fields = {
  id: shown.id,
  full_name: shown.text,
  email: shown.text,
  org_id: shown.text,
  role: shown.text,
  is_active: shown.flag,
};

const contact = Joi.object<ReturnType<typeof contactView>, true>({ ...fields, created_at: shown.time }).meta({
  component: 'Contact',
});

const ane = {
  id: 'usr_01J3K8X',
  full_name: 'Ane Berg',
  email: 'ane.berg@org.no',
  org_id: 'org_abc123',
  role: 'peer_mentor',
  is_active: true,
  created_at: '2025-09-14T08:22:00Z',
};

export const contactPage: AnswerDescription = {
  description: 'One page of contacts.',
  body: pageOf(contact, {
    name: 'ContactPage',
    example: { data: [ane], pagination: { page: 1, limit: 20, total: 84 } },
  }),
};

export const contactAnswer: AnswerDescription = {
  description: 'The contact.',
  headers: ['ETag'],
  body: contact.example(ane),
};

export const createdContact: AnswerDescription = {
  description: 'The new contact.',
  headers: ['ETag', 'Consistency-Token', 'Location'],
  body: contact.example({
    id: 'usr_02M5T9Y',
    full_name: 'Lars Haugen',
    email: 'lars.haugen@org.no',
    role: 'coordinator',
    org_id: 'org_abc123',
    is_active: true,
    created_at: '2026-01-10T11:04:00Z',
  }),
};

export const updatedContact: AnswerDescription = {
  description: 'The contact as it is now.',
  headers: ['ETag', 'Consistency-Token'],
  body: Joi.object<ReturnType<typeof updatedContactView>, true>({ ...fields, updated_at: shown.time })
    .meta({ component: 'UpdatedContact' })
    .example({
      id: 'usr_02M5T9Y',
      full_name: 'Lars Haugen',
      email: 'lars.h@org.no',
      role: 'coordinator',
      org_id: 'org_abc123',
      is_active: false,
      updated_at: '2026-03-01T09:15:00Z',
    }),
};

export const deletedContact: AnswerDescription = {
  description: 'It is gone.',
  headers: ['Consistency-Token'],
  body: Joi.object({ success: Joi.boolean().valid(true), deleted_id: shown.id })
    .meta({ component: 'DeletedContact' })
    .example({ success: true, deleted_id: 'usr_02M5T9Y' }),
};

const foundContact = Joi.object<ReturnType<typeof foundContactView>, true>({
  id: shown.id,
  full_name: shown.text,
  email: shown.text,
}).meta({ component: 'FoundContact' });

export const foundContactPage: AnswerDescription = {
  description: 'One page of what was found, the best match first.',
  body: pageOf(foundContact, {
    name: 'FoundContactPage',
    example: {
      data: [{ id: 'usr_01J3K8X', full_name: 'Ane Berg', email: 'ane.berg@org.no' }],
      pagination: { page: 1, limit: 20, total: 3 },
    },
  }),
};
