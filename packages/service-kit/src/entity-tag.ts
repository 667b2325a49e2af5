import createEntityTag from 'etag';
import Joi from 'joi';
import { Problem } from './problem.ts';

/** The strong entity tag of a resource in the state that these values stand for, all that a write can change. */
export function entityTag(...state: unknown[]): string {
  return createEntityTag(JSON.stringify(state));
}

/** The header of a write that is only for what the client has seen. */
export const ifMatchHeaders = Joi.object<{ 'if-match'?: string }>({
  'if-match': Joi.string()
    .allow('')
    .description('The ETag of what you have read: refused (412) when it has changed since.'),
}).unknown();

/**
 * @param ifMatch the request's If-Match header, when it has one.
 * @param tag the resource's entity tag now.
 * @throws Problem 412 when the resource is no longer what the client has seen.
 */
export function checkIfMatch(ifMatch: string | undefined, tag: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  if (ifMatch.split(',').some((known) => known.trim() === tag)) return;
  throw new Problem(412, 'precondition-failed', 'It has changed since you read it: read it again, then repeat.');
}
