import { pageOf, shown, type AnswerDescription } from '@kontakt/service-kit';
import Joi from 'joi';
import type {
  addedMembershipView,
  membershipView,
  membershipWithChapterName,
  membershipWithContactName,
  updatedMembershipView,
} from './membership-view.ts';

/** What the endpoints of memberships answer. The examples are the documented ones. */

const fields = {
  id: shown.id,
  contact_id: shown.id,
  chapter_id: shown.id,
  joined_at: shown.time,
  status: Joi.string().valid('active', 'inactive'),
};

const membership = Joi.object<ReturnType<typeof membershipView>, true>(fields).meta({ component: 'Membership' });

const inOslo = {
  id: 'ccm-001',
  contact_id: 'contact-8821',
  chapter_id: 'chapter-oslo',
  joined_at: '2025-11-14T09:00:00Z',
  status: 'active',
};
const inStavanger = {
  id: 'ccm-002',
  contact_id: 'contact-8821',
  chapter_id: 'chapter-stavanger',
  joined_at: '2025-12-01T08:00:00Z',
  status: 'active',
};
const inBergen = {
  id: 'ccm-048',
  contact_id: 'contact-8821',
  chapter_id: 'chapter-bergen',
  joined_at: '2026-03-26T12:34:00Z',
  status: 'active',
};

export const membershipPage: AnswerDescription = {
  description: 'One page of memberships.',
  body: pageOf(membership, {
    name: 'MembershipPage',
    example: { data: [inOslo], pagination: { page: 1, limit: 20, total: 47 } },
  }),
};

export const membershipAnswer: AnswerDescription = {
  description: 'The membership.',
  headers: ['ETag'],
  body: membership.example(inOslo),
};

export const addedMembership: AnswerDescription = {
  description: 'The new membership.',
  headers: ['ETag', 'Consistency-Token', 'Location'],
  body: Joi.object<ReturnType<typeof addedMembershipView>, true>({ ...fields, created_at: shown.time })
    .meta({ component: 'AddedMembership' })
    .example({ ...inBergen, created_at: '2026-03-26T12:34:00Z' }),
};

export const updatedMembership: AnswerDescription = {
  description: 'The membership as it is now.',
  headers: ['ETag', 'Consistency-Token'],
  body: Joi.object<ReturnType<typeof updatedMembershipView>, true>({ ...fields, updated_at: shown.time })
    .meta({ component: 'UpdatedMembership' })
    .example({ ...inBergen, status: 'inactive', updated_at: '2026-03-26T14:00:00Z' }),
};

export const removedMembership: AnswerDescription = {
  description: 'It has ended.',
  headers: ['Consistency-Token'],
  body: Joi.object({ deleted: Joi.boolean().valid(true), id: shown.id })
    .meta({ component: 'RemovedMembership' })
    .example({ deleted: true, id: 'ccm-048' }),
};

const chapterOfContact = Joi.object<ReturnType<typeof membershipWithChapterName>, true>({
  ...fields,
  chapter_name: shown.text,
}).meta({ component: 'ChapterOfContact' });

export const chaptersOfContact: AnswerDescription = {
  description: "One page of the contact's memberships. A contact that nobody knows has none.",
  body: pageOf(chapterOfContact, {
    name: 'ChaptersOfContactPage',
    example: {
      data: [
        { ...inOslo, chapter_name: 'Oslo Chapter' },
        { ...inStavanger, chapter_name: 'Stavanger Chapter' },
      ],
      pagination: { page: 1, limit: 20, total: 2 },
    },
  }),
};

const contactOfChapter = Joi.object<ReturnType<typeof membershipWithContactName>, true>({
  ...fields,
  contact_name: shown.text.allow(null).description('Null until the contact is known here.'),
}).meta({ component: 'ContactOfChapter' });

export const contactsOfChapter: AnswerDescription = {
  description: "One page of the chapter's memberships. A chapter that nobody knows has none.",
  body: pageOf(contactOfChapter, {
    name: 'ContactsOfChapterPage',
    example: {
      data: [{ ...inOslo, contact_name: 'Marta Lindqvist' }],
      pagination: { page: 1, limit: 20, total: 134 },
    },
  }),
};
