import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Problem, type RouteTable } from '@kontakt/service-kit';
import type { RequestHandler } from 'express';
import type { AsyncApi } from './events.ts';
import { renderPage, type OpenApi } from './page.ts';

const fromNpm = createRequire(import.meta.url);
const here = (file: string) => join(import.meta.dirname, file);

/** What the page loads: name → file. */
const assets = new Map([
  ['page.css', here('public/page.css')],
  ['page.js', here('public/page.js')],
  ['endpoints.json', here('endpoints.json')],
  ['swagger-ui.css', fromNpm.resolve('swagger-ui-dist/swagger-ui.css')],
  ['swagger-ui-bundle.js', fromNpm.resolve('swagger-ui-dist/swagger-ui-bundle.js')],
]);

/**
 * All that the page may do: load what comes from here and ask the API here. The library draws its icons as `data:`
 * pictures. It sets styles through the DOM, which a policy does not concern: 'unsafe-inline' is not needed.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The API for people: `/docs`. Like the documents for programs it is for everybody, with or without a token. */
export function docsRoutes(): RouteTable {
  const version = fingerprint(...[...assets.values()].map((file) => readFileSync(file)));
  const events = readFileSync(here('asyncapi.json'), 'utf8');
  const page = renderPage({
    base: `/docs/assets/${version}`,
    endpoints: JSON.parse(readFileSync(here('endpoints.json'), 'utf8')) as OpenApi,
    events: JSON.parse(events) as AsyncApi,
  });
  const [pageTag, eventsTag] = [`"${fingerprint(page)}"`, `"${fingerprint(events)}"`];

  return {
    '/': { get: toPage },
    '/docs/': { get: toPage },
    '/docs': {
      get: (_req, res) => {
        // It names the assets of its version, which another version may not have: a browser asks each time.
        res
          .set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache', ETag: pageTag })
          .type('html')
          .send(page);
      },
    },
    [`/docs/assets/${version}/:file`]: {
      get: (req, res) => {
        const file = assets.get(String(req.params.file));
        if (file === undefined) throw Problem.notFound('such file');
        // pnpm keeps packages in a folder whose name begins with a dot.
        res.sendFile(file, { immutable: true, maxAge: '1y', dotfiles: 'allow' });
      },
    },
    '/asyncapi.json': {
      get: (_req, res) => {
        res.set({ 'Cache-Control': 'public, max-age=300', ETag: eventsTag }).type('json').send(events);
      },
    },
  };
}

const toPage: RequestHandler = (_req, res) => {
  res.redirect('/docs');
};

/** Another one whenever what it is of is another. */
function fingerprint(...contents: (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex').slice(0, 16);
}
