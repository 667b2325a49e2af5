import { pageOf, shown, type AnswerDescription } from '@kontakt/service-kit';
import Joi from 'joi';
import type { contactView, createdContactView, listedContactView, savedContactView } from './contact-view.ts';

/** What the endpoints of the edit form answer. The examples are the documented ones. */

const formFields = {
  contact_id: shown.id,
  first_name: shown.text,
  last_name: shown.text,
  email: shown.text,
  phone: shown.text.allow(null),
  address: shown.text.allow(null),
  date_of_birth: shown.date.allow(null),
};

const listedContact = Joi.object<ReturnType<typeof listedContactView>, true>({
  contact_id: shown.id,
  first_name: shown.text,
  last_name: shown.text,
  email: shown.text,
  phone: shown.text.allow(null),
  updated_at: shown.time,
}).meta({ component: 'ContactFormEntry' });

const ingrid = {
  contact_id: 'c-00123',
  first_name: 'Ingrid',
  last_name: 'Solberg',
  email: 'ingrid.solberg@example.no',
  phone: '+47 912 34 567',
};

export const contactPage: AnswerDescription = {
  description: 'One page of contacts, as the edit form lists them.',
  body: pageOf(listedContact, {
    name: 'ContactFormPage',
    example: {
      data: [{ ...ingrid, updated_at: '2026-01-05T08:44:00Z' }],
      pagination: { page: 1, limit: 20, total: 154 },
    },
  }),
};

export const contactAnswer: AnswerDescription = {
  description: 'The contact, for editing.',
  headers: ['ETag'],
  body: Joi.object<ReturnType<typeof contactView>, true>({
    ...formFields,
    chapter_affiliations: shown.ids,
    updated_at: shown.time,
  })
    .meta({ component: 'ContactForm' })
    .example({
      ...ingrid,
      address: 'Storgata 12, 0155 Oslo',
      date_of_birth: '1988-04-21',
      chapter_affiliations: ['ch-01', 'ch-07'],
      updated_at: '2026-01-05T08:44:00Z',
    }),
};

export const createdContact: AnswerDescription = {
  description: 'The new contact.',
  headers: ['ETag', 'Consistency-Token', 'Location'],
  body: Joi.object<ReturnType<typeof createdContactView>, true>({
    ...formFields,
    chapter_affiliations: shown.ids,
    created_at: shown.time,
    updated_at: shown.time,
    save_result: shown.success,
  })
    .meta({ component: 'CreatedContactForm' })
    .example({
      contact_id: 'c-00201',
      first_name: 'Marte',
      last_name: 'Kjeldsberg',
      email: 'marte.k@example.no',
      phone: '+47 450 12 345',
      address: 'Kongens gate 8, 0153 Oslo',
      date_of_birth: '1990-06-17',
      chapter_affiliations: ['ch-02', 'ch-05'],
      created_at: '2026-03-26T11:05:00Z',
      updated_at: '2026-03-26T11:05:00Z',
      save_result: 'success',
    }),
};

export const savedContact: AnswerDescription = {
  description: 'The contact as it is now.',
  headers: ['ETag', 'Consistency-Token'],
  body: Joi.object<ReturnType<typeof savedContactView>, true>({
    ...formFields,
    updated_at: shown.time,
    save_result: shown.success,
  })
    .meta({ component: 'SavedContactForm' })
    .example({
      ...ingrid,
      email: 'ingrid.s@updated.no',
      address: 'Storgata 12, 0155 Oslo',
      date_of_birth: '1988-04-21',
      updated_at: '2026-03-26T12:20:00Z',
      save_result: 'success',
    }),
};

export const deletedContact: AnswerDescription = {
  description: 'It is gone.',
  headers: ['Consistency-Token'],
  body: Joi.object({ contact_id: shown.id, deleted: Joi.boolean().valid(true), deleted_at: shown.time })
    .meta({ component: 'DeletedContactForm' })
    .example({ contact_id: 'c-00123', deleted: true, deleted_at: '2026-03-26T12:45:00Z' }),
};
