import { createHttpApp, healthRoutes, mountRoutes, type Log } from '@kontakt/service-kit';
import type { Express } from 'express';
import { refuseAmbiguousPath, undoublePath } from './path.ts';
import { createProxy } from './proxy.ts';
import { askIfReady } from './readiness.ts';
import { contactChapterRoutes, contactRoutes } from './routes.ts';
import type { Services } from './services.ts';

export interface Deps {
  services: Services;
  log: Log;
  /** How long a service may be silent. */
  timeoutMs?: number;
}

/** Every route of the gateway. No body parser: bodies stream through. */
export function createApp({ services, log, timeoutMs = 30_000 }: Deps): Express {
  const { contactRepository, contactEdit, multiChapterMembership } = services;
  const readiness = healthRoutes({
    'contact-repository': () => askIfReady(contactRepository),
    'contact-edit': () => askIfReady(contactEdit),
    'multi-chapter-membership': () => askIfReady(multiChapterMembership),
  });
  const contacts = contactRoutes(createProxy(contactRepository, timeoutMs), createProxy(contactEdit, timeoutMs));
  const memberships = contactChapterRoutes(createProxy(multiChapterMembership, timeoutMs));

  return createHttpApp({
    log,
    before: [refuseAmbiguousPath, undoublePath],
    mount: (app) => {
      mountRoutes(app, '', readiness);
      mountRoutes(app, '/api/v1/contacts', contacts);
      mountRoutes(app, '/api/v1/contact-chapters', memberships);
    },
  });
}
