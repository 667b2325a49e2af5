import { fields, parseConfig, settings } from '@kontakt/service-kit';
import Joi from 'joi';

export interface Config {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  DATABASE_URL: string;
  DATABASE_POOL_SIZE: number;
  INTERNAL_TOKEN: string;
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
  DEFAULT_ORG_ID: fields.id,
  CONTACT_REPOSITORY_URL: settings.SERVICE_URL,
  MULTI_CHAPTER_MEMBERSHIP_URL: settings.SERVICE_URL,
});

/** @throws ConfigError naming every setting that is missing or wrong. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => parseConfig(schema, env);
