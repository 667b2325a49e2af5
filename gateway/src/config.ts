import { parseConfig, settings } from '@kontakt/service-kit';
import Joi from 'joi';

export interface Config {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  CONTACT_REPOSITORY_URL: string;
  CONTACT_EDIT_URL: string;
  MULTI_CHAPTER_MEMBERSHIP_URL: string;
}

const schema = Joi.object<Config>({
  PORT: settings.PORT(8080),
  HOST: settings.HOST,
  LOG_LEVEL: settings.LOG_LEVEL,
  CONTACT_REPOSITORY_URL: settings.SERVICE_URL,
  CONTACT_EDIT_URL: settings.SERVICE_URL,
  MULTI_CHAPTER_MEMBERSHIP_URL: settings.SERVICE_URL,
});

/** @throws ConfigError naming every setting that is missing or wrong. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => parseConfig(schema, env);
