import { fields, pageQuery, type PageQuery } from '@kontakt/service-kit';
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

export interface ContactListQuery extends PageQuery {
  org_id?: string;
  sort: keyof typeof sortOrders;
}

const firstName = fields.line(100);
/** Empty for people of one name. */
const lastName = fields.line(100).allow('');

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

/** Repeated ones count once. */
export const chapterIds = Joi.array()
  .items(fields.id)
  .max(200)
  .custom((ids: string[]) => [...new Set(ids)]);

export const newContact = Joi.object<NewContact>({
  first_name: firstName.required(),
  last_name: lastName.required(),
  email: fields.email.required(),
  ...optionalFields,
  chapter_affiliations: chapterIds.default([]),
  ...repositoryFields,
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
  .messages({ 'object.min': 'The body must name at least one field to change.' });

export const contactId = Joi.object<{ id: string }>({ id: fields.id });

/** What `sort` can be → the order of rows. The id settles what is equal, so that pages never overlap; its
 * direction is the one that the index has when it is read forwards or backwards. */
export const sortOrders = {
  created_at: [{ createdAt: 'asc' }, { id: 'desc' }],
  '-created_at': [{ createdAt: 'desc' }, { id: 'asc' }],
  name: [{ fullName: 'asc' }, { id: 'asc' }],
  '-name': [{ fullName: 'desc' }, { id: 'desc' }],
} as const;

export const contactListQuery = Joi.object<ContactListQuery>({
  ...pageQuery,
  org_id: fields.id,
  sort: Joi.string()
    .valid(...Object.keys(sortOrders))
    .default('-created_at'),
});
