import { parseStamp, type ContactState, type MembershipState } from '@kontakt/convergence';
import Joi from 'joi';

/** What the other services' internal interface answers. */

const stamp = Joi.string()
  .custom((value: string, helpers) => (parseStamp(value) ? value : helpers.error('any.invalid')))
  .required();
const stampOrNever = stamp.allow('');

/** An earlier version of Contact Repository does not tell when the contact was created. */
export type AnsweredContact = ContactState & { createdAt?: Date };

const contact = Joi.object<AnsweredContact>({
  firstName: Joi.string().allow('').required(),
  lastName: Joi.string().allow('').required(),
  fullName: Joi.string().allow('').required(),
  nameStamp: stampOrNever,
  email: Joi.string().allow('').required(),
  emailStamp: stampOrNever,
  orgId: Joi.string().allow('').required(),
  orgIdStamp: stampOrNever,
  role: Joi.string().required(),
  roleStamp: stampOrNever,
  isActive: Joi.boolean().strict().required(),
  isActiveStamp: stampOrNever,
  specialty: Joi.string().allow(null).required(),
  specialtyStamp: stampOrNever,
  available: Joi.boolean().strict().required(),
  availableStamp: stampOrNever,
  deletedStamp: stampOrNever,
  createdAt: Joi.date().iso(),
});

export const contactAnswer = Joi.object<{ contact: AnsweredContact | null }>({
  contact: contact.allow(null).required(),
});

export const membershipsAnswer = Joi.object<{ memberships: (MembershipState & { chapterId: string })[] }>({
  memberships: Joi.array()
    .items(
      Joi.object({
        chapterId: Joi.string().required(),
        status: Joi.string().valid('active', 'inactive', 'removed').required(),
        joinedAt: Joi.date().iso().required(),
        stamp,
      }),
    )
    .required(),
});
