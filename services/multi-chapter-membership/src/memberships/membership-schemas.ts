import { fields, pageQuery, type PageQuery } from '@kontakt/service-kit';
import Joi from 'joi';

export interface NewMembership {
  contact_id: string;
  chapter_id: string;
  chapter_name?: string;
}

export interface MembershipChanges {
  status: 'active' | 'inactive';
}

export interface MembershipListQuery extends PageQuery {
  org_id?: string;
  sort: keyof typeof sortOrders;
}

export const newMembership = Joi.object<NewMembership>({
  contact_id: fields.id.required(),
  chapter_id: fields.id.required(),
  chapter_name: fields.line(200),
});

export const membershipChanges = Joi.object<MembershipChanges>({
  status: Joi.string().valid('active', 'inactive').required(),
});

export const membershipId = Joi.object<{ id: string }>({ id: fields.id });
export const contactIdParam = Joi.object<{ contactId: string }>({ contactId: fields.id });
export const chapterIdParam = Joi.object<{ chapterId: string }>({ chapterId: fields.id });

/** What `sort` can be → the order of rows. The id settles what is equal, so that pages never overlap; its
 * direction is the one that the index has when it is read forwards or backwards. */
export const sortOrders = {
  created_at: [{ createdAt: 'asc' }, { id: 'desc' }],
  '-created_at': [{ createdAt: 'desc' }, { id: 'asc' }],
  joined_at: [{ joinedAt: 'asc' }, { id: 'desc' }],
  '-joined_at': [{ joinedAt: 'desc' }, { id: 'asc' }],
} as const;

export const membershipListQuery = Joi.object<MembershipListQuery>({
  ...pageQuery,
  org_id: fields.id,
  sort: Joi.string()
    .valid(...Object.keys(sortOrders))
    .default('-created_at'),
});
