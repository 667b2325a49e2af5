import { parseConfig, settings } from '@kontakt/service-kit';
import Joi from 'joi';

export interface Config {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  INTERNAL_TOKEN: string;
  /** Addresses and networks. */
  TRUSTED_PROXIES: string[];
  /** Of pages that may ask from a browser. */
  CORS_ORIGINS: string[];
  /** Requests of one client in a minute; 0 for no limit. */
  RATE_LIMIT: number;
  /** Where several gateways count together; empty for this one alone. */
  REDIS_URL: string;
  /** Requests that wait for one service. */
  MAX_IN_FLIGHT: number;
  MAX_CONNECTIONS: number;
  /** Processes that share the port. */
  GATEWAY_WORKERS: number;
  AUTH: 'off' | 'jwt';
  AUTH_ISSUER: string;
  AUTH_AUDIENCE: string;
  AUTH_ORGANISATION_CLAIM: string;
  AUTH_CHAPTERS_CLAIM: string;
  CONTACT_REPOSITORY_URL: string;
  CONTACT_EDIT_URL: string;
  MULTI_CHAPTER_MEMBERSHIP_URL: string;
}

const addresses = Joi.array().items(Joi.string().ip({ cidr: 'optional' }));

const origins = Joi.array().items(
  Joi.string().custom((text: string, helpers) =>
    /^https?:/.test(text) && URL.parse(text)?.origin === text ? text : helpers.error('any.invalid'),
  ),
);

/** Entries with commas between them. */
const listOf = (entries: Joi.ArraySchema, what: string) =>
  Joi.string().custom((list: string, helpers) => {
    const given = list.split(/[\s,]+/);
    return entries.validate(given).error ? helpers.message({ custom: `{{#label}} must be ${what}` }) : given;
  });

/** What matters only when tokens are asked for, and then cannot be left out. */
const withTokens = (setting: Joi.StringSchema) =>
  setting.when('AUTH', { is: 'jwt', otherwise: Joi.optional().default('') });

/** Whoever can change what the issuer says can make tokens: only on this machine it may come without TLS. */
const issuer = Joi.string().custom((text: string, helpers) => {
  const { protocol, hostname, username, password } = URL.parse(text) ?? {};
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname ?? '');
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isHere);
  const isPlain = /^https?:\/\/[\w[][^\\?#\s]*$/i.test(text) && username === '' && password === '';
  return isSafe && isPlain
    ? text
    : helpers.message({ custom: '{{#label}} must be an https URL without a user, a query and a fragment' });
});

const schema = Joi.object<Config>({
  PORT: settings.PORT(8080),
  HOST: settings.HOST,
  LOG_LEVEL: settings.LOG_LEVEL,
  INTERNAL_TOKEN: settings.INTERNAL_TOKEN,
  TRUSTED_PROXIES: listOf(addresses, 'addresses or networks such as 10.0.0.0/8').optional().default([]),
  CORS_ORIGINS: listOf(origins, 'origins such as https://app.example').optional().default([]),
  RATE_LIMIT: Joi.number().integer().min(0).optional().default(12_000),
  REDIS_URL: Joi.string()
    .uri({ scheme: ['redis', 'rediss'] })
    .optional()
    .default(''),
  MAX_IN_FLIGHT: Joi.number().integer().min(1).optional().default(500),
  MAX_CONNECTIONS: Joi.number().integer().min(1).optional().default(10_000),
  GATEWAY_WORKERS: Joi.number().integer().min(1).max(64).optional().default(1),
  AUTH: settings.AUTH,
  AUTH_ISSUER: withTokens(issuer),
  AUTH_AUDIENCE: withTokens(Joi.string()),
  AUTH_ORGANISATION_CLAIM: Joi.string().optional().default('org_id'),
  AUTH_CHAPTERS_CLAIM: Joi.string().optional().default('chapters'),
  CONTACT_REPOSITORY_URL: settings.SERVICE_URL,
  CONTACT_EDIT_URL: settings.SERVICE_URL,
  MULTI_CHAPTER_MEMBERSHIP_URL: settings.SERVICE_URL,
});

/** @throws ConfigError naming every setting that is missing or wrong. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => parseConfig(schema, env);
