import { formatTime, shown, type AnswerDescription } from '@kontakt/service-kit';
import Joi from 'joi';
import { affiliations } from '../affiliations/affiliations.ts';
import type { Contact, Membership } from '../generated/prisma/client.ts';

/** A contact as it was found, just now, in all services. */
export function refreshedView(contact: Contact, memberships: Membership[]) {
  const chapterIds = affiliations(memberships);
  return {
    contact_id: contact.id,
    first_name: contact.firstName,
    last_name: contact.lastName,
    email: contact.email,
    phone: contact.phone,
    chapter_affiliations: chapterIds,
    assignment_status: chapterIds.length > 0 ? 'assigned' : 'unassigned',
    refreshed_at: formatTime(new Date()),
  };
}

export const refreshedContact: AnswerDescription = {
  description: 'The contact as all services together know it.',
  headers: ['Consistency-Token'],
  body: Joi.object<ReturnType<typeof refreshedView>, true>({
    contact_id: shown.id,
    first_name: shown.text,
    last_name: shown.text,
    email: shown.text,
    phone: shown.text.allow(null),
    chapter_affiliations: shown.ids,
    assignment_status: Joi.string()
      .valid('assigned', 'unassigned')
      .description('Assigned: there is an active membership at least.'),
    refreshed_at: shown.time,
  })
    .meta({ component: 'RefreshedContact' })
    .example({
      contact_id: 'c-00123',
      first_name: 'Ingrid',
      last_name: 'Solberg',
      email: 'ingrid.s@updated.no',
      phone: '+47 912 34 567',
      chapter_affiliations: ['ch-01', 'ch-04', 'ch-07'],
      assignment_status: 'assigned',
      refreshed_at: '2026-03-26T12:22:30Z',
    }),
};
