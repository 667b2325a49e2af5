import { fields, pageQuery, type PageQuery } from '@kontakt/service-kit';
import Joi from 'joi';

export interface NewContact {
  full_name: string;
  email: string;
  role: string;
  org_id: string;
  is_active: boolean;
  specialty?: string | null;
  available?: boolean;
}

export type ContactChanges = Partial<NewContact>;

export interface ContactListQuery extends PageQuery {
  org_id?: string;
  sort: keyof typeof sortOrders;
}

export interface SearchQuery extends PageQuery {
  org_id?: string;
  q: string;
}

const fullName = fields.line(200);
const specialty = fields.line(200).allow(null);

/** Whoever sends fields of the other contract on contacts wants the other service. */
const editFields = fields.elsewhere(
  ['first_name', 'last_name', 'phone', 'address', 'date_of_birth', 'chapter_affiliations'],
  'is a field of Contact Edit: send the request with ?context=edit',
);

export const onlyForPeerMentors = 'is only for contacts whose role is peer_mentor';

/** Of a profile that goes with the role. */
function forPeerMentors(field: Joi.Schema): Joi.Schema {
  const notForOthers = Joi.forbidden().messages({ 'any.unknown': onlyForPeerMentors });
  return field.when('role', { is: 'peer_mentor', otherwise: notForOthers });
}

export const newContact = Joi.object<NewContact>({
  full_name: fullName.required(),
  email: fields.email.required(),
  role: fields.role.required(),
  org_id: fields.id.required(),
  is_active: fields.flag.default(true),
  specialty: forPeerMentors(specialty),
  available: forPeerMentors(fields.flag),
  ...editFields,
});

export const contactChanges = Joi.object<ContactChanges>({
  full_name: fullName,
  email: fields.email,
  role: fields.role,
  org_id: fields.id,
  is_active: fields.flag,
  specialty,
  available: fields.flag,
  ...editFields,
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

export const searchQuery = Joi.object<SearchQuery>({
  ...pageQuery,
  org_id: fields.id,
  q: fields.line(200).required(),
}).rename('query', 'q');
