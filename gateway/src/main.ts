import { createLog, runService, startHttpServer, type Running } from '@kontakt/service-kit';
import { createApp } from './app.ts';
import { readConfig, type Config } from './config.ts';
import { createRedisStore } from './redis-store.ts';
import { createServices } from './services.ts';

export { readConfig } from './config.ts';

export const limits = {
  /** Less than the services take: the gateway adds some. */
  maxHeaderSize: 16_384,
  /** A service may be silent for 30 s; who stalls for longer is the client. */
  patience: { headersMs: 10_000, requestMs: 30_000, stalledMs: 60_000, totalMs: 300_000 },
};

export async function startGateway(config: Config): Promise<Running> {
  const log = createLog({ service: 'gateway', level: config.LOG_LEVEL });
  const services = createServices(config);
  const redis = config.REDIS_URL === '' ? undefined : createRedisStore(config.REDIS_URL);
  const app = createApp({
    services,
    log,
    trustedProxies: config.TRUSTED_PROXIES,
    authentication: authenticationOf(config),
    corsOrigins: config.CORS_ORIGINS,
    rateLimit: config.RATE_LIMIT === 0 ? undefined : { perMinute: config.RATE_LIMIT, store: redis?.store },
    maxInFlight: config.MAX_IN_FLIGHT,
  });
  const http = await startHttpServer(app, {
    port: config.PORT,
    host: config.HOST,
    log,
    maxConnections: config.MAX_CONNECTIONS,
    ...limits,
  });

  return {
    url: http.url,
    ...(config.AUTH === 'off' && { welcome: `Gateway answers at ${http.url}\n${withoutAuthentication}` }),
    async stop() {
      await http.stop();
      for (const { agent } of Object.values(services)) agent.destroy();
      redis?.close();
    },
  };
}

export const withoutAuthentication =
  'Authentication is off (AUTH=off): whoever reaches this can read and change everything.\n';

function authenticationOf(config: Config) {
  if (config.AUTH === 'off') return undefined;
  return {
    issuer: config.AUTH_ISSUER,
    audience: config.AUTH_AUDIENCE,
    organisationClaim: config.AUTH_ORGANISATION_CLAIM,
    chaptersClaim: config.AUTH_CHAPTERS_CLAIM,
  };
}

if (import.meta.main) {
  await runService('Gateway', () => startGateway(readConfig(process.env)));
}
