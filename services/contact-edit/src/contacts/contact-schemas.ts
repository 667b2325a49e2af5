import { fields, listQuery, type ListQuery, type SortOrder } from '@kontakt/service-kit';
import Joi from 'joi';

interface FormFields {
  first_name: string;
  last_name: string;
  email: string;
  phone?: string | null;
  address?: string | null;
  date_of_birth?: Date | null;
  org_id?: string;
  role?: string;
}

export interface NewContact extends FormFields {
  chapter_affiliations: string[];
}

export type ContactChanges = Partial<FormFields>;

export interface ContactListQuery extends ListQuery {
  org_id?: string;
}

const firstName = fields.line(100);
const lastName = fields.line(100).allow('').description('Empty for people of one name.');

const optionalFields = {
  phone: fields.phone('NO').allow(null),
  address: fields.lines(500).allow(null),
  date_of_birth: fields.pastDate.allow(null),
  org_id: fields.id,
  role: fields.role,
};

/** Whoever sends fields of the other contract on contacts wants the other service. */
const repositoryFields = fields.elsewhere(
  ['full_name', 'is_active', 'specialty', 'available'],
  'is a field of Contact Repository: send the request with ?context=view, or without context',
);

export const chapterIds = Joi.array()
  .items(fields.id)
  .max(200)
  .description('Repeated ones count once.')
  .custom((ids: string[]) => [...new Set(ids)]);

export const newContact = Joi.object<NewContact>({
  first_name: firstName.required(),
  last_name: lastName.required(),
  email: fields.email.required(),
  ...optionalFields,
  chapter_affiliations: chapterIds.default([]),
  ...repositoryFields,
})
  .meta({ component: 'NewContactForm' })
  .example({
    first_name: 'Marte',
    last_name: 'Kjeldsberg',
    email: 'marte.k@example.no',
    phone: '+47 450 12 345',
    address: 'Kongens gate 8, 0153 Oslo',
    date_of_birth: '1990-06-17',
    chapter_affiliations: ['ch-02', 'ch-05'],
  });

export const contactChanges = Joi.object<ContactChanges>({
  first_name: firstName,
  last_name: lastName,
  email: fields.email,
  ...optionalFields,
  ...repositoryFields,
  ...fields.elsewhere(['chapter_affiliations'], 'is changed with PUT …/:id/chapter-affiliations'),
})
  .min(1)
  .messages({ 'object.min': 'The body must name at least one field to change.' })
  .meta({ component: 'ContactFormChanges' })
  .example({
    first_name: 'Ingrid',
    last_name: 'Solberg',
    email: 'ingrid.s@updated.no',
    phone: '+47 912 34 567',
    address: 'Storgata 12, 0155 Oslo',
    date_of_birth: '1988-04-21',
  });

export const contactId = Joi.object<{ id: string }>({ id: fields.id });

/** What `sort` can be → the order of rows. */
export const sortOrders: Record<string, SortOrder> = {
  created_at: { by: 'created_at', type: 'time', direction: 'ASC', ids: 'DESC' },
  '-created_at': { by: 'created_at', type: 'time', direction: 'DESC', ids: 'ASC' },
  name: { by: 'full_name', type: 'text', direction: 'ASC', ids: 'ASC' },
  '-name': { by: 'full_name', type: 'text', direction: 'DESC', ids: 'DESC' },
};

export const contactListQuery = Joi.object<ContactListQuery>({
  ...listQuery,
  org_id: fields.id.description('Shows one organisation only.'),
  sort: Joi.string()
    .valid(...Object.keys(sortOrders))
    .default('-created_at')
    .description('A minus turns the order round.'),
});
