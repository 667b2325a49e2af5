import type { Stamp } from '@kontakt/convergence';
import Joi from 'joi';
import * as fields from './fields.ts';

/** One contact in one chapter, as the service that owns memberships tells it. */
export interface MembershipRegister {
  membership: {
    id: string;
    contact_id: string;
    chapter_id: string;
    chapter_name: string;
    status: 'active' | 'inactive' | 'removed';
    /** To the millisecond, as copies must be equal. */
    joined_at: string;
  };
  stamp: Stamp;
}

export const membershipStatus = Joi.string().valid('active', 'inactive', 'removed');

export const membershipRegister = Joi.object<MembershipRegister>({
  membership: Joi.object({
    id: fields.id.required(),
    contact_id: fields.id.required(),
    chapter_id: fields.id.required(),
    chapter_name: fields.text.required(),
    status: membershipStatus.required(),
    joined_at: fields.time.required(),
  }).required(),
  stamp: fields.stamp.required(),
});

/** The same membership at three moments of its life. */
export function exampleOfMembership(status: MembershipRegister['membership']['status']) {
  return {
    subject: 'contact-8821',
    data: {
      membership: {
        id: 'ccm-048',
        contact_id: 'contact-8821',
        chapter_id: 'chapter-bergen',
        chapter_name: 'Bergen Chapter',
        status,
        joined_at: '2026-03-26T12:34:00.000Z',
      },
      stamp: '1774528440000-0000-mm.09be77c2',
    },
  };
}
