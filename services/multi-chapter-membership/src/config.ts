import { parseConfig, settings } from '@kontakt/service-kit';
import Joi from 'joi';

export interface Config {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  DATABASE_URL: string;
  DATABASE_POOL_SIZE: number;
  INTERNAL_TOKEN: string;
}

const schema = Joi.object<Config>({
  PORT: settings.PORT(8083),
  HOST: settings.HOST,
  LOG_LEVEL: settings.LOG_LEVEL,
  DATABASE_URL: settings.DATABASE_URL,
  DATABASE_POOL_SIZE: settings.DATABASE_POOL_SIZE,
  INTERNAL_TOKEN: settings.INTERNAL_TOKEN,
});

/** @throws ConfigError naming every setting that is missing or wrong. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => parseConfig(schema, env);
