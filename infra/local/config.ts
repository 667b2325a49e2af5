import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fields, parseConfig, settings } from '@kontakt/service-kit';
import Joi from 'joi';

/** What is for the gateway alone, which knows what these may be. */
export const gatewaySettings = [
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'AUTH_ORGANISATION_CLAIM',
  'AUTH_CHAPTERS_CLAIM',
  'TRUSTED_PROXIES',
  'CORS_ORIGINS',
  'RATE_LIMIT',
  'REDIS_URL',
  'MAX_IN_FLIGHT',
  'MAX_CONNECTIONS',
] as const;

export interface LocalConfig extends Partial<Record<(typeof gatewaySettings)[number], string>> {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  DATA_DIR: string;
  DEMO_DATA: 'on' | 'off';
  DEFAULT_ORG_ID: string;
  /** The broker; without it the services share a transport in their process. */
  AMQP_URL?: string;
  AUTH: 'off' | 'jwt';
  DATABASE_URL_CONTACT_REPOSITORY?: string;
  DATABASE_URL_CONTACT_EDIT?: string;
  DATABASE_URL_MULTI_CHAPTER_MEMBERSHIP?: string;
}

export const root = join(import.meta.dirname, '../..');

const databaseUrl = settings.DATABASE_URL.optional();

const schema = Joi.object<LocalConfig>({
  PORT: settings.PORT(8080),
  HOST: settings.HOST,
  // A person reads this terminal; the log of every request is for those who ask for it.
  LOG_LEVEL: settings.LOG_LEVEL.default('warn'),
  DATA_DIR: Joi.string().optional().default('.data'),
  DEMO_DATA: Joi.string().valid('on', 'off').optional().default('on'),
  DEFAULT_ORG_ID: fields.id.optional().default('org_abc123'),
  AMQP_URL: settings.AMQP_URL.optional(),
  AUTH: settings.AUTH,
  ...Object.fromEntries(gatewaySettings.map((name) => [name, Joi.string().optional()])),
  DATABASE_URL_CONTACT_REPOSITORY: databaseUrl,
  DATABASE_URL_CONTACT_EDIT: databaseUrl,
  DATABASE_URL_MULTI_CHAPTER_MEMBERSHIP: databaseUrl,
});

/**
 * Settings come from the environment, and where it has none from the file .env.
 * @throws ConfigError naming every setting that is wrong; none is needed.
 */
export function readLocalConfig(): LocalConfig {
  const envFile = join(root, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const config = parseConfig(schema, process.env);
  return { ...config, DATA_DIR: resolve(root, config.DATA_DIR) };
}
