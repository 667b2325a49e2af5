import cluster from 'node:cluster';
import { createLog, runService, startHttpServer, startInOrder, type Running } from '@kontakt/service-kit';
import { createApp } from './app.ts';
import { readConfig, type Config } from './config.ts';
import { createRedisStore } from './redis-store.ts';
import { createServices } from './services.ts';
import { startWorkers } from './workers.ts';

export { readConfig } from './config.ts';

export const limits = {
  /** Less than the services take: the gateway adds some. */
  maxHeaderSize: 16_384,
  /** A service may be silent for 30 s; who stalls for longer is the client. */
  patience: { headersMs: 10_000, requestMs: 30_000, stalledMs: 60_000, totalMs: 300_000 },
};

export function startGateway(config: Config): Promise<Running> {
  return startInOrder(async (atStop) => {
    const log = createLog({ service: 'gateway', level: config.LOG_LEVEL });
    const services = createServices(config);
    atStop(() => Promise.all(Object.values(services).map(({ pool }) => pool.destroy())));
    const redis = config.REDIS_URL === '' ? undefined : createRedisStore(config.REDIS_URL);
    atStop(() => Promise.resolve(redis?.close()));
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
    atStop(() => http.stop());
    return { url: http.url, welcome: welcomeOf(config, http.url) };
  });
}

/** As many processes as are asked for; each of several is this program again. */
async function startProcesses(config: Config): Promise<Running> {
  if (config.GATEWAY_WORKERS === 1) return startGateway(config);
  if (cluster.isWorker) return { ...(await startGateway(config)), welcome: '' };
  const log = createLog({ service: 'gateway', level: config.LOG_LEVEL });
  const running = await startWorkers(config.GATEWAY_WORKERS, log);
  return { ...running, welcome: welcomeOf(config, running.url) };
}

function welcomeOf({ AUTH }: Config, url: string): string {
  return `Gateway answers at ${url}\n${AUTH === 'off' ? withoutAuthentication : ''}`;
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
  await runService('Gateway', () => startProcesses(readConfig(process.env)));
}
