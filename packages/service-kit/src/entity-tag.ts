import createEntityTag from 'etag';
import { Problem } from './problem.ts';

/** The strong entity tag of a resource as GET shows it. */
export function entityTag(view: object): string {
  return createEntityTag(JSON.stringify(view));
}

/**
 * @param ifMatch the request's If-Match header, when it has one.
 * @param view the resource as GET would show it now.
 * @throws Problem 412 when the resource is no longer what the client has seen.
 */
export function checkIfMatch(ifMatch: string | undefined, view: object): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const known = ifMatch.split(',').map((tag) => tag.trim());
  if (known.includes(entityTag(view))) return;
  throw new Problem(412, 'precondition-failed', 'It has changed since you read it: read it again, then repeat.');
}
