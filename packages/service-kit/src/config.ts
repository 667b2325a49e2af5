import Joi from 'joi';

/** Why a program cannot start, in a sentence for the person who started it. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Settings are missing or wrong; the message names each of them. */
class ConfigError extends StartError {
  override name = 'ConfigError';
}

/** It goes into a header. What is wrong with it is said without it. */
const internalToken = Joi.string()
  .min(16)
  .pattern(/^[!-~]+$/)
  .messages({ 'string.pattern.base': '{{#label}} must be visible ASCII characters, without spaces' });

/** The settings that several services have. There are no defaults for addresses of databases, nor for secrets. */
export const settings = {
  PORT: (byDefault: number) => Joi.number().port().optional().default(byDefault),
  HOST: Joi.string().hostname().optional().default('127.0.0.1'),
  LOG_LEVEL: Joi.string().valid('trace', 'debug', 'info', 'warn', 'error', 'silent').optional().default('info'),
  DATABASE_URL: Joi.string().uri({ scheme: ['postgres', 'postgresql'] }),
  DATABASE_POOL_SIZE: Joi.number().integer().min(1).max(200).optional().default(10),
  INTERNAL_TOKEN: internalToken,
  /** What is accepted beside INTERNAL_TOKEN while one takes the other's place. */
  INTERNAL_TOKEN_PREVIOUS: internalToken.optional().default(''),
  /** Whether a request needs a token. */
  AUTH: Joi.string().valid('off', 'jwt').optional().default('off'),
  AMQP_URL: Joi.string().uri({ scheme: ['amqp', 'amqps'] }),
  /** Without a slash at the end, so that a path can follow. */
  SERVICE_URL: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .replace(/\/+$/, ''),
};

/**
 * Reads settings from the environment; others that are there are not ours to judge.
 * @throws ConfigError with one line for each setting that is missing or wrong.
 */
export function parseConfig<T>(schema: Joi.ObjectSchema<T>, env: NodeJS.ProcessEnv): T {
  // An empty variable is what compose files and shells leave of one that was not given.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema
    .prefs({ presence: 'required', abortEarly: false, stripUnknown: true, errors: { wrap: { label: false } } })
    .validate(given);
  if (result.error) {
    const lines = result.error.details.map(({ message }) => `  ${message}`);
    throw new ConfigError(`Settings that need attention:\n${lines.join('\n')}`);
  }
  return result.value;
}
