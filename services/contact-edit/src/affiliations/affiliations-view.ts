import { formatTime, shown, type AnswerDescription } from '@kontakt/service-kit';
import Joi from 'joi';
import type { Contact, Membership } from '../generated/prisma/client.ts';
import { affiliations } from './affiliations.ts';

/** A contact's chapters after they were replaced. */
export function affiliationsView(contact: Contact, memberships: Membership[]) {
  return {
    contact_id: contact.id,
    chapter_affiliations: affiliations(memberships),
    updated_at: formatTime(contact.updatedAt),
    save_result: 'success',
  };
}

export const savedAffiliations: AnswerDescription = {
  description: 'The chapters as they are now.',
  headers: ['ETag', 'Consistency-Token'],
  body: Joi.object<ReturnType<typeof affiliationsView>, true>({
    contact_id: shown.id,
    chapter_affiliations: shown.ids,
    updated_at: shown.time,
    save_result: shown.success,
  })
    .meta({ component: 'SavedChapterAffiliations' })
    .example({
      contact_id: 'c-00123',
      chapter_affiliations: ['ch-01', 'ch-04', 'ch-07'],
      updated_at: '2026-03-26T12:22:00Z',
      save_result: 'success',
    }),
};
