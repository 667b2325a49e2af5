import Joi from 'joi';

/** The fields that events share. An event has left its producer: nothing is trimmed, converted or defaulted. */

export const id = Joi.string().max(128);
export const text = Joi.string().allow('').max(1_000);
export const time = Joi.string().isoDate();

/** As convergence writes stamps. */
export const stamp = Joi.string()
  .pattern(/^\d{13}-[0-9a-f]{4}-[a-z0-9.]{1,32}$/)
  .description('Milliseconds since 1970, a counter and the node that wrote. As text, a later stamp sorts after.');
