import { fields, listQuery, type ListQuery, type SortOrder } from '@kontakt/service-kit';
import Joi from 'joi';

export interface NewMembership {
  contact_id: string;
  chapter_id: string;
  chapter_name?: string;
}

export interface MembershipChanges {
  status: 'active' | 'inactive';
}

export interface MembershipListQuery extends ListQuery {
  org_id?: string;
}

export const newMembership = Joi.object<NewMembership>({
  contact_id: fields.id.required().description('May be a contact that is not known here.'),
  chapter_id: fields.id.required(),
  chapter_name: fields.line(200).description('Names the chapter, for all its memberships.'),
})
  .meta({ component: 'NewMembership' })
  .example({ contact_id: 'contact-8821', chapter_id: 'chapter-bergen' });

export const membershipChanges = Joi.object<MembershipChanges>({
  status: Joi.string().valid('active', 'inactive').required(),
})
  .meta({ component: 'MembershipChanges' })
  .example({ status: 'inactive' });

export const membershipId = Joi.object<{ id: string }>({ id: fields.id });
export const contactIdParam = Joi.object<{ contactId: string }>({ contactId: fields.id });
export const chapterIdParam = Joi.object<{ chapterId: string }>({ chapterId: fields.id });

/** What `sort` can be → the order of rows. */
export const sortOrders: Record<string, SortOrder> = {
  created_at: { by: 'created_at', type: 'time', direction: 'ASC', ids: 'DESC' },
  '-created_at': { by: 'created_at', type: 'time', direction: 'DESC', ids: 'ASC' },
  joined_at: { by: 'joined_at', type: 'time', direction: 'ASC', ids: 'DESC' },
  '-joined_at': { by: 'joined_at', type: 'time', direction: 'DESC', ids: 'ASC' },
};

export const membershipListQuery = Joi.object<MembershipListQuery>({
  ...listQuery,
  org_id: fields.id.description("Shows one organisation's contacts only."),
  sort: Joi.string()
    .valid(...Object.keys(sortOrders))
    .default('-created_at')
    .description('A minus turns the order round.'),
});
