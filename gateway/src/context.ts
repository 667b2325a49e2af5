import { parse } from 'node:querystring';
import { Problem } from '@kontakt/service-kit';
import type { RequestHandler } from 'express';

/** Which of the two contracts on contacts is meant: `?context=view` (or nothing), `?context=edit`. */
interface ByContext {
  view?: RequestHandler;
  edit?: RequestHandler;
}

/**
 * Forwards to the service for the request's context. The services do not know the parameter: it is taken out of the
 * query, and the rest stays byte for byte as it was.
 */
export function byContext(services: ByContext): RequestHandler {
  return (req, res, next) => {
    const { values, url } = takeContext(req.url);
    const service = chooseService(services, values);
    if (!service) throw Problem.invalid([{ in: 'query', path: 'context', message: expectation(services) }]);
    req.url = url;
    return service(req, res, next);
  };
}

/** The values of `context`, and the URL without them. A name can be percent-encoded, as the services would read it. */
function takeContext(url: string): { values: unknown[]; url: string } {
  const queryAt = url.indexOf('?');
  if (queryAt < 0) return { values: [], url };

  const parameters = url.slice(queryAt + 1).split('&');
  const values = parameters.map((parameter) => parse(parameter).context);
  if (values.every((value) => value === undefined)) return { values: [], url };

  const rest = parameters.filter((_parameter, i) => values[i] === undefined).join('&');
  return {
    values: values.filter((value) => value !== undefined),
    url: url.slice(0, queryAt) + (rest && `?${rest}`),
  };
}

function chooseService({ view, edit }: ByContext, values: unknown[]): RequestHandler | undefined {
  if (values.length === 0) return view ?? edit;
  if (values.length > 1) return undefined;
  if (values[0] === 'view') return view;
  return values[0] === 'edit' ? edit : undefined;
}

function expectation({ view, edit }: ByContext): string {
  if (!edit) return 'must be view, once, or be left out: this exists in the view only';
  if (!view) return 'must be edit, once, or be left out: this exists in the edit context only';
  return 'must be view or edit, once, or be left out';
}
