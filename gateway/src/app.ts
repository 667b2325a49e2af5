import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHttpApp, documentRoutes, healthRoutes, mountRoutes, type Log } from '@kontakt/service-kit';
import type { Express } from 'express';
import { authenticate, type AuthenticationOptions } from './authenticate.ts';
import { identifyCaller } from './caller.ts';
import { compressed, readTags } from './compression.ts';
import { allowOrigins, mountPreflights } from './cors.ts';
import { docsRoutes } from './docs/routes.ts';
import { capWaiting, refuseWhenBusy } from './overload.ts';
import { refuseAmbiguousPath, undoublePath } from './path.ts';
import { createProxy } from './proxy.ts';
import { limitRate, limitRefused, type RateLimit } from './rate-limit.ts';
import { askIfReady } from './readiness.ts';
import { contactChapterRoutes, contactRoutes } from './routes.ts';
import type { Service, Services } from './services.ts';

export interface Deps {
  services: Services;
  log: Log;
  /** Addresses and networks of proxies that may say who a client is. */
  trustedProxies: string[];
  /** Whose tokens let a request in; undefined when none are asked for. */
  authentication: AuthenticationOptions | undefined;
  /** Of what pages browsers may ask here. */
  corsOrigins: string[];
  /** undefined when there is none. */
  rateLimit: RateLimit | undefined;
  /** How many requests may wait for one service. */
  maxInFlight: number;
  /** How long a service may be silent. */
  timeoutMs?: number;
  /** How late this process is; by default it is measured. */
  delayMs?: () => number;
}

/** Written by `npm run openapi:document`: the gateway does not know the services' code. */
const document = JSON.parse(readFileSync(join(import.meta.dirname, '../openapi.json'), 'utf8')) as object;

/** Every route of the gateway. */
export function createApp(deps: Deps): Express {
  const { services, log, trustedProxies, authentication, corsOrigins, rateLimit, maxInFlight } = deps;
  const { contactRepository, contactEdit, multiChapterMembership } = services;
  const readiness = healthRoutes({
    'contact-repository': () => askIfReady(contactRepository),
    'contact-edit': () => askIfReady(contactEdit),
    'multi-chapter-membership': () => askIfReady(multiChapterMembership),
  });
  const forwardTo = (service: Service) =>
    capWaiting(createProxy(service, deps.timeoutMs ?? 30_000), { service: service.name, most: maxInFlight });
  const contacts = contactRoutes(forwardTo(contactRepository), forwardTo(contactEdit));
  const memberships = contactChapterRoutes(forwardTo(multiChapterMembership));

  return createHttpApp({
    log,
    caller: identifyCaller(trustedProxies),
    before: [
      ...(corsOrigins.length > 0 ? [allowOrigins(corsOrigins)] : []),
      refuseAmbiguousPath,
      undoublePath,
      readTags,
    ],
    // They stream through.
    bodies: [],
    mount: (app) => {
      mountRoutes(app, '', readiness);
      mountRoutes(app, '', documentRoutes(document), [compressed]);
      app.use(refuseWhenBusy(deps.delayMs));
      if (corsOrigins.length > 0) {
        mountPreflights(app, '/api/v1/contacts', contacts);
        mountPreflights(app, '/api/v1/contact-chapters', memberships);
      }
      const limit = rateLimit && limitRate(rateLimit, log);
      const limited = limit ? [limit] : [];
      const admitted = [authenticate(authentication), ...limited];
      mountRoutes(app, '/api/v1/contacts', contacts, admitted);
      mountRoutes(app, '/api/v1/contact-chapters', memberships, admitted);
      mountRoutes(app, '', docsRoutes(), [...limited, compressed]);
      // Paths that there are not are counted, too.
      if (limit) app.use(limit, limitRefused(limit));
    },
  });
}
