import type { Stamp } from '@kontakt/convergence';
import Joi from 'joi';
import { defineEvent } from '../define-event.ts';
import * as fields from '../fields.ts';
import { membershipStatus } from '../membership.ts';

export interface AffiliationsChanged {
  contact_id: string;
  /** The registers that the form changed. */
  memberships: { chapter_id: string; status: 'active' | 'inactive' | 'removed'; joined_at: string; stamp: Stamp }[];
}

const example: AffiliationsChanged = {
  contact_id: 'c-00123',
  memberships: [
    {
      chapter_id: 'ch-04',
      status: 'active',
      joined_at: '2026-03-26T12:22:00.000Z',
      stamp: '1774527720000-0000-ce.5d01aa7e',
    },
  ],
};

export const contactEditAffiliationsChanged = defineEvent({
  type: 'contact-edit.affiliations-changed.v1',
  producer: 'contact-edit',
  summary: "A contact's chapter affiliations were set in the edit form; carries the memberships that this changed.",
  data: Joi.object<AffiliationsChanged>({
    contact_id: fields.id.required(),
    memberships: Joi.array()
      .items(
        Joi.object({
          chapter_id: fields.id.required(),
          status: membershipStatus.required(),
          joined_at: fields.time.required(),
          stamp: fields.stamp.required(),
        }),
      )
      .min(1)
      .required(),
  }),
  stamps: ({ memberships }) => memberships.map(({ stamp }) => stamp),
  example: { subject: 'c-00123', data: example },
});
