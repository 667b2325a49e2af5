import { parseArgs } from 'node:util';
import { StartError } from '@kontakt/service-kit';
import Joi from 'joi';
import { reads, writes } from './cases.ts';

export interface Options {
  /** In the order from few to many. */
  contacts: number[];
  /** Names of cases and of what else is measured. */
  only: string[];
  rounds: number;
  seconds: number;
  /** How long memory and claims are watched. */
  minutes: number;
  /** What somebody might take instead, to be measured beside it. */
  peer?: 'directus';
  ci: boolean;
  /** Of the files with the results. */
  name: string;
}

/** What is no request to one endpoint. Measured with the largest organisation only. */
const others = ['proxies', 'latency', 'backlog', 'claim', 'memory'];
const known = [...Object.keys(reads), ...Object.keys(writes), ...others];

/** Small, and what says something about a small organisation. */
const inCi = {
  contacts: '10000',
  only: 'get,list,form get,membership get,by contact,by chapter,create,update,proxies,latency',
  rounds: '3',
  seconds: '2',
};

const numbers = (lowest: number) =>
  Joi.string().custom((text: string, helpers) => {
    const list = text.split(',').map(Number);
    const fine = list.every((n) => Number.isSafeInteger(n) && n >= lowest);
    return fine ? list.sort((a, b) => a - b) : helpers.error('any.invalid');
  });

const names = Joi.string().custom((text: string, helpers) => {
  const list = text.split(',');
  const unknown = list.filter((name) => !known.includes(name));
  return unknown.length === 0
    ? list
    : helpers.message({ custom: `{{#label}} can be any of: ${known.join(', ')}; not ${unknown.join(', ')}` });
});

const schema = Joi.object<Options>({
  // Fewer would leave some of what is asked for empty.
  contacts: numbers(10_000).default([10_000, 100_000]),
  only: names.default(known.filter((name) => name !== 'memory')),
  rounds: Joi.number().integer().min(1).max(11).default(3),
  seconds: Joi.number().integer().min(1).max(60).default(3),
  minutes: Joi.number().integer().min(1).max(60).default(1),
  peer: Joi.string().valid('directus'),
  ci: Joi.boolean().default(false),
  name: Joi.string()
    .pattern(/^[\w.-]+$/)
    .default('latest'),
});

/** @throws StartError that says what is wrong. */
export function parseOptions(args: string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      contacts: text,
      only: text,
      rounds: text,
      seconds: text,
      minutes: text,
      peer: text,
      name: text,
      ci: { type: 'boolean' },
    },
  });
  const result = schema.validate({ ...(values.ci && inCi), ...values }, { errors: { wrap: { label: false } } });
  if (result.error) throw new StartError(`--${result.error.message}.`);
  return result.value;
}
