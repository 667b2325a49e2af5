import { fields, parseConfig, settings } from '@kontakt/service-kit';
import Joi from 'joi';

export interface Config {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  DATABASE_URL: string;
  DATABASE_POOL_SIZE: number;
  INTERNAL_TOKEN: string;
  INTERNAL_TOKEN_PREVIOUS: string;
  AUTH: 'off' | 'jwt';
  AMQP_URL: string;
  /** The organisation of contacts whose form names none. */
  DEFAULT_ORG_ID: string;
  CONTACT_REPOSITORY_URL: string;
  MULTI_CHAPTER_MEMBERSHIP_URL: string;
}

const schema = Joi.object<Config>({
  PORT: settings.PORT(8082),
  HOST: settings.HOST,
  LOG_LEVEL: settings.LOG_LEVEL,
  DATABASE_URL: settings.DATABASE_URL,
  DATABASE_POOL_SIZE: settings.DATABASE_POOL_SIZE,
  INTERNAL_TOKEN: settings.INTERNAL_TOKEN,
  INTERNAL_TOKEN_PREVIOUS: settings.INTERNAL_TOKEN_PREVIOUS,
  AUTH: settings.AUTH,
  AMQP_URL: settings.AMQP_URL,
  DEFAULT_ORG_ID: fields.id,
  CONTACT_REPOSITORY_URL: settings.SERVICE_URL,
  MULTI_CHAPTER_MEMBERSHIP_URL: settings.SERVICE_URL,
});

/**
 * @param inProcess for services that share a process and its transport: they need no broker.
 * @throws ConfigError naming every setting that is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv, { inProcess = false } = {}): Config {
  return parseConfig(inProcess ? schema.fork('AMQP_URL', (setting) => setting.optional().default('')) : schema, env);
}
