import Joi from 'joi';
import { isPossiblePhoneNumber } from 'libphonenumber-js';

/**
 * The rules of single fields, the same in every service. Each is what a request may send; text is trimmed and
 * brought to Unicode's composed form (NFC), so that what looks equal is equal.
 */

const plainText = Joi.string().trim().normalize('NFC').messages({ 'string.pattern.name': '{{#label}} must {{#name}}' });

/** Control characters (NUL, which PostgreSQL cannot store, among them) and halves of surrogate pairs. */
const withoutControls = 'not contain control characters';
/** Space characters count as something that is there, but are nothing to see. */
const visible = [/[\p{L}\p{N}\p{P}\p{S}]/u, { name: 'have something to see in it' }] as const;

/** One line of text with something to see in it; runs of white space, line breaks too, become one space. */
export function line(maxLength: number): Joi.StringSchema {
  return plainText
    .replace(/\s+/gu, ' ')
    .pattern(/^(?:[^\p{Cc}\p{Cs}]|[\t-\r])*$/u, { name: withoutControls })
    .pattern(...visible)
    .max(maxLength);
}

/** Text that may have several lines. */
export function lines(maxLength: number): Joi.StringSchema {
  return plainText
    .pattern(/^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u, { name: withoutControls })
    .pattern(...visible)
    .max(maxLength);
}

/** An identifier from outside: opaque, but safe in a URL, a log and a routing key. */
export const id = Joi.string()
  .pattern(/^[A-Za-z0-9][A-Za-z0-9._~:-]{0,127}$/)
  .messages({
    'string.pattern.base': '{{#label}} must be 1 to 128 letters, digits or . _ ~ : - and begin with a letter or digit',
  });

export const role = Joi.string()
  .max(64)
  .pattern(/^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/)
  .messages({ 'string.pattern.base': '{{#label}} must be a lower-case slug such as peer_mentor' });

/** With letters of any script on both sides of the @. */
export const email = plainText
  .pattern(/^[^\p{Cc}\p{Cs}]*$/u, { name: withoutControls })
  .email({ tlds: false })
  .max(254)
  .meta({ format: 'idn-email' });

/** A phone number as it was typed, with or without the country code. */
export function phone(defaultCountry: 'NO'): Joi.StringSchema {
  const possible = 'be a possible phone number';
  return line(40)
    .pattern(/^\P{Nd}*(?:\p{Nd}\P{Nd}*){5,}$/u, { name: possible })
    .custom((value: string, helpers) => (isPossiblePhoneNumber(value, defaultCountry) ? value : helpers.error('phone')))
    .messages({ phone: `{{#label}} must ${possible}` })
    .description('As it was typed. A number without a country code is a Norwegian one.')
    .example('+47 912 34 567');
}

const dateExpected = '{{#label}} must be a date that exists, such as 1988-04-21';

/** A calendar date that has been, as midnight UTC. */
export const pastDate = Joi.string()
  .pattern(/^\d{4}-\d{2}-\d{2}$/)
  .custom((value: string, helpers) => {
    const date = new Date(`${value}T00:00:00Z`);
    if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value) return helpers.error('date');
    if (date.getTime() > Date.now()) return helpers.error('date.future');
    return date.getUTCFullYear() < 1850 ? helpers.error('date.early') : date;
  })
  .messages({
    date: dateExpected,
    'string.pattern.base': dateExpected,
    'date.future': '{{#label}} must be a date that has been',
    'date.early': '{{#label}} must not lie before 1850-01-01',
  })
  .meta({ format: 'date' })
  .description('A day that has been, and not before 1850-01-01.')
  .example('1988-04-21');

/** A flag in a body: `true` or `false`, not a text that looks like it. */
export const flag = Joi.boolean().strict();

/** Fields that are no part of this request but of another, which the message names. */
export function elsewhere(names: string[], message: string): Record<string, Joi.Schema> {
  const forbidden = Joi.forbidden().messages({ 'any.unknown': message });
  return Object.fromEntries(names.map((name) => [name, forbidden]));
}
