import createEntityTag from 'etag';
import type { Express } from 'express';
import { mountRoutes, type RouteTable } from '../routes.ts';
import { describeApi, type Api } from './describe-api.ts';

/** Mounts all that clients can ask of a service, and `/openapi.json`, which describes it. */
export function mountApi(app: Express, api: Api): void {
  for (const { base, routes } of api.sections) mountRoutes(app, base, routes);
  mountRoutes(app, '', documentRoutes(describeApi(api)));
}

/** `/openapi.json`: for everybody, and the same until another version is deployed. */
export function documentRoutes(document: object): RouteTable {
  const etag = createEntityTag(JSON.stringify(document));
  return {
    '/openapi.json': {
      get: (_req, res) => {
        res.set({ ETag: etag, 'Cache-Control': 'public, max-age=300' }).json(document);
      },
    },
  };
}
