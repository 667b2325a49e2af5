import type { RouteTable } from '@kontakt/service-kit';
import type { RequestHandler } from 'express';
import { byContext } from './context.ts';

/**
 * What the gateway lets through, and to which service: the documented endpoints, and nothing else. Paths are matched
 * in the order in which they stand.
 */
export function contactRoutes(contactRepository: RequestHandler, contactEdit: RequestHandler): RouteTable {
  const either = byContext({ view: contactRepository, edit: contactEdit });
  const viewOnly = byContext({ view: contactRepository });
  const editOnly = byContext({ edit: contactEdit });

  return {
    '/search': { get: viewOnly },
    '/peer-mentors': { get: viewOnly },
    '/peer-mentors/search': { get: viewOnly },
    '/peer-mentors/:id': { get: viewOnly },
    '': { get: either, post: either },
    '/:id': { get: either, put: either, delete: either },
    '/:id/chapter-affiliations': { put: editOnly },
    '/:id/refresh': { post: editOnly },
  };
}

/** The same for memberships. */
export function contactChapterRoutes(memberships: RequestHandler): RouteTable {
  return {
    '': { get: memberships, post: memberships },
    '/by-contact/:contactId': { get: memberships },
    '/by-chapter/:chapterId': { get: memberships },
    '/:id': { get: memberships, put: memberships, delete: memberships },
  };
}
