import { Problem, type Step } from '@kontakt/service-kit';

/**
 * What makes a path that one program can read as another path than the next program does: anything but printable
 * ASCII, backslashes, fragments, empty segments, encoded control characters and slashes, dot segments.
 */
const ambiguous = /^[^/]|[^!-~]|[\\#]|\/\/|%(?:[01].|7f|2f|5c)|\/(?:\.|%2e){1,2}(?:[/;]|$)/i;

const doubled = /^(\/api\/v1\/(?:contacts|contact-chapters))\1(?=[/?]|$)/;

/** Refuses every ambiguous path before anything looks for what it means. */
export const refuseAmbiguousPath: Step = ({ url }) => {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  if (ambiguous.test(path)) throw Problem.notFound(`such path: ${path}`);
};

/** The documentation prints every path twice over; that form is an alias of the single one. */
export const undoublePath: Step = (req) => {
  req.url = req.url.replace(doubled, '$1');
};
