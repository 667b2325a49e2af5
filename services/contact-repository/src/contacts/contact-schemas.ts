import { fields, listQuery, pageQuery, type ListQuery, type PageQuery, type SortOrder } from '@kontakt/service-kit';
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

export interface ContactListQuery extends ListQuery {
  org_id?: string;
}

export interface SearchQuery extends PageQuery {
  org_id?: string;
  q: string;
}

const fullName = fields.line(200);
const specialty = fields.line(200).allow(null).description('Only for contacts whose role is peer_mentor.');
const available = fields.flag.description(
  'Only for contacts whose role is peer_mentor, who are available unless told.',
);

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
  available: forPeerMentors(available),
  ...editFields,
})
  .meta({ component: 'NewContact' })
  .example({ full_name: 'Lars Haugen', email: 'lars.haugen@org.no', role: 'coordinator', org_id: 'org_abc123' });

export const contactChanges = Joi.object<ContactChanges>({
  full_name: fullName,
  email: fields.email,
  role: fields.role,
  org_id: fields.id,
  is_active: fields.flag,
  specialty,
  available,
  ...editFields,
})
  .min(1)
  .messages({ 'object.min': 'The body must name at least one field to change.' })
  .meta({ component: 'ContactChanges' })
  .example({ email: 'lars.h@org.no', is_active: false });

export const contactId = Joi.object<{ id: string }>({ id: fields.id });

const organisation = fields.id.description('Shows one organisation only.');

/** What `sort` can be → the order of rows. */
export const sortOrders: Record<string, SortOrder> = {
  created_at: { by: 'created_at', type: 'time', direction: 'ASC', ids: 'DESC' },
  '-created_at': { by: 'created_at', type: 'time', direction: 'DESC', ids: 'ASC' },
  name: { by: 'full_name', type: 'text', direction: 'ASC', ids: 'ASC' },
  '-name': { by: 'full_name', type: 'text', direction: 'DESC', ids: 'DESC' },
};

export const contactListQuery = Joi.object<ContactListQuery>({
  ...listQuery,
  org_id: organisation,
  sort: Joi.string()
    .valid(...Object.keys(sortOrders))
    .default('-created_at')
    .description('A minus turns the order round.'),
});

export const searchQuery = Joi.object<SearchQuery>({
  ...pageQuery,
  org_id: organisation,
  q: fields
    .line(200)
    .required()
    .description(
      'Words in any order, without regard to case or accents; small typing errors are forgiven. May also be called `query`.',
    ),
}).rename('query', 'q');
