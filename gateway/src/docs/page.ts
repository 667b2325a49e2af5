import { renderEvents, type AsyncApi, type Cause } from './events.ts';
import { escape } from './fields.ts';

/** The parts of an OpenAPI document that are read here; the rest is read in the browser. */
export interface OpenApi {
  info: { title: string };
  tags: { name: string; description: string }[];
  paths: Record<
    string,
    Record<string, { operationId: string; summary: string; tags: string[]; 'x-publishes': string[] }>
  >;
}

interface Page {
  /** Where the assets of this version are. */
  base: string;
  endpoints: OpenApi;
  events: AsyncApi;
}

/** The page at `/docs`. The endpoints are drawn by Swagger UI, in the browser; the events are here already. */
export function renderPage({ base, endpoints, events }: Page): string {
  const { title } = endpoints.info;
  const sections = endpoints.tags
    .map(({ name }) => `<a href="${linkTo('tag', name)}">${escape(name)}</a>`)
    .join('\n        ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escape(title)}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${base}/swagger-ui.css">
    <link rel="stylesheet" href="${base}/page.css">
    <script src="${base}/swagger-ui-bundle.js" defer></script>
    <script src="${base}/page.js" defer></script>
  </head>
  <body>
    <header>
      <a class="brand" href="#top">${escape(title)}</a>
      <nav aria-label="Sections">
        ${sections}
        <a href="#events">Events</a>
      </nav>
      <span class="files"><a href="/openapi.json">OpenAPI</a> <a href="/asyncapi.json">AsyncAPI</a></span>
    </header>
    <main id="top">
      <div id="endpoints" data-document="${base}/endpoints.json">
        <noscript>The endpoints are shown with JavaScript. They are described in <a href="/openapi.json">/openapi.json</a>, too.</noscript>
      </div>
      ${renderEvents(events, causesIn(endpoints))}
    </main>
  </body>
</html>
`;
}

/** Event → the endpoints that publish it. */
function causesIn({ paths }: OpenApi): Map<string, Cause[]> {
  const causes = new Map<string, Cause[]>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { operationId, summary, tags, 'x-publishes': published }] of Object.entries(operations)) {
      const request = `${method.toUpperCase()} ${path.replace('%3F', '?')}`;
      const cause = { link: linkTo(tags[0] ?? '', operationId), summary, request };
      for (const event of published) causes.set(event, [...(causes.get(event) ?? []), cause]);
    }
  }
  return causes;
}

/** The ids that Swagger UI gives to what it draws. */
function linkTo(...parts: string[]): string {
  return `#operations-${parts.join('-').replaceAll(' ', '_')}`;
}
