import { Problem } from '@kontakt/service-kit';
import type { RequestHandler } from 'express';

/**
 * What makes a path that one program can read as another path than the next program does: anything but printable
 * ASCII, backslashes, fragments, empty segments, encoded control characters and slashes, dot segments.
 */
const ambiguous = /^[^/]|[^!-~]|[\\#]|\/\/|%(?:[01].|7f|2f|5c)|\/(?:\.|%2e){1,2}(?:[/;]|$)/i;

const doubled = /^(\/api\/v1\/(?:contacts|contact-chapters))\1(?=[/?]|$)/;

/** Refuses every ambiguous path before anything looks for what it means. */
export const refuseAmbiguousPath: RequestHandler = (req, _res, next) => {
  const path = req.url.replace(/\?.*$/s, '');
  if (ambiguous.test(path)) throw Problem.notFound(`such path: ${path}`);
  next();
};

/** The documentation prints every path twice over; that form is an alias of the single one. */
export const undoublePath: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace(doubled, '$1');
  next();
};
