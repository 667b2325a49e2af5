import type { Stamp } from '@kontakt/convergence';
import Joi from 'joi';
import * as fields from './fields.ts';

/** The end of a contact: nothing of the person, only which and when. */
export interface ContactDeletion {
  contact: { id: string };
  stamps: { deleted: Stamp };
}

export const contactDeletion = Joi.object<ContactDeletion>({
  contact: Joi.object({ id: fields.id.required() }).required(),
  stamps: Joi.object({ deleted: fields.stamp.required() }).required(),
});

export const exampleOfDeletion = {
  subject: 'usr_02M5T9Y',
  data: { contact: { id: 'usr_02M5T9Y' }, stamps: { deleted: '1772356500000-0000-cr.3f9a2c1d' } },
};
