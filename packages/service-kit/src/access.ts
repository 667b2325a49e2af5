import type { Request, RequestHandler } from 'express';
import Joi from 'joi';
import * as fields from './fields.ts';
import { Problem } from './problem.ts';

/** What a token lets its bearer do, and with which part of all records. */
export interface Access {
  subject: string;
  scopes: string[];
  organisation: string;
  /** Only what belongs to one of these chapters; undefined when it is all of the organisation. */
  chapters?: string[];
}

/** The part of all records that a request may see and change: `{}` is everything. */
export type Bounds = Partial<Pick<Access, 'organisation' | 'chapters'>>;

/** As many chapters as fit into a header. */
export const accessSchema = Joi.object<Access>({
  subject: fields.line(255).required(),
  scopes: Joi.array().items(Joi.string()).required(),
  organisation: fields.id.required(),
  chapters: Joi.array().items(fields.id).max(200),
});

/** How the gateway tells a service what the caller may do, once it has checked the token. */
export function accessHeaders(access: Access) {
  return {
    'internal-subject': encodeURIComponent(access.subject),
    'internal-access': Buffer.from(JSON.stringify(access)).toString('base64url'),
  };
}

/** What the gateway said of the caller; undefined when it said nothing, because authentication is off. */
export function accessOf({ headers }: Request): Access | undefined {
  const given = headers['internal-access'];
  if (typeof given !== 'string') return undefined;
  const access: unknown = JSON.parse(Buffer.from(given, 'base64url').toString());
  return Joi.attempt(access, accessSchema);
}

/** With authentication on, a service answers only requests of which the gateway says what they may do. */
export function requireAccess(auth: 'off' | 'jwt'): RequestHandler {
  return (req, _res, next) => {
    if (auth === 'jwt' && !accessOf(req)) {
      throw new Problem(401, 'unauthorized', 'Authentication is on: send the request, with a token, to the gateway.', {
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    }
    next();
  };
}

/** @throws Problem 403 when the token does not allow what is asked for. */
export function checkScope(access: Access | undefined, scope: string): void {
  if (!access || access.scopes.includes(scope)) return;
  throw new Problem(403, 'insufficient-scope', `The token lacks the scope ${scope}.`, {
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  });
}

/** @throws Problem 403 when a record would come to an organisation that is not the caller's. */
export function checkOrganisation(organisation: string | undefined, bounds: Bounds): void {
  if (organisation === undefined || bounds.organisation === undefined || organisation === bounds.organisation) return;
  throw new Problem(403, 'out-of-bounds', `The token is for the organisation ${bounds.organisation} only.`);
}

/** @throws Problem 403 when a record would come into a chapter that is not the caller's. */
export function checkChapters(chapterIds: string[], { chapters }: Bounds): void {
  const others = chapters ? chapterIds.filter((id) => !chapters.includes(id)) : [];
  if (others.length === 0) return;
  throw new Problem(403, 'out-of-bounds', `The token is not for these chapters: ${others.join(', ')}.`);
}
