import Joi from 'joi';

/** Single fields as answers show them. An answer always has all of its fields; what is unknown is null or empty. */

export const text = Joi.string().allow('');
export const id = Joi.string();
export const ids = Joi.array().items(id);

/** What `formatTime` writes. */
export const time = Joi.string()
  .pattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
  .meta({ format: 'date-time' });

/** What `formatDate` writes. */
export const date = Joi.string()
  .pattern(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ format: 'date' });

export const flag = Joi.boolean().strict();
export const success = Joi.string().valid('success');
