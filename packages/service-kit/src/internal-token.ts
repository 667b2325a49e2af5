import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Step } from './http-app.ts';
import { Problem } from './problem.ts';

export interface InternalTokens {
  /** What is shown to the others, and accepted from them. */
  INTERNAL_TOKEN: string;
  /** What is accepted, too; empty if there is none. */
  INTERNAL_TOKEN_PREVIOUS: string;
}

export function acceptedTokens({ INTERNAL_TOKEN, INTERNAL_TOKEN_PREVIOUS }: InternalTokens): string[] {
  return [INTERNAL_TOKEN, INTERNAL_TOKEN_PREVIOUS].filter((token) => token !== '');
}

/** What only the gateway and the other services may say. */
const saidByOurs = /^(?:internal-|x-forwarded-|forwarded$|x-request-id$)/;

/**
 * Takes off a request what its sender may not say about the caller, unless it shows a token: the gateway as
 * `Internal-Token`, another service as `Authorization: Bearer`. Whoever reads these headers later can believe them.
 */
export function believeOurs(tokens: string[]): Step {
  const isToken = createTokenCheck(tokens);
  return (req) => {
    const isOurs = isToken(req.get('Internal-Token')) || isToken(bearerToken(req));
    const kept: IncomingHttpHeaders = {};
    for (const name in req.headers) {
      if (name !== 'internal-token' && (isOurs || !saidByOurs.test(name))) kept[name] = req.headers[name];
    }
    req.headers = kept;
  };
}

/**
 * Lets only the other services pass: those that send `Authorization: Bearer <INTERNAL_TOKEN>`. Not what comes through
 * the gateway, which adds its `Internal-Token` to the requests of anybody.
 */
export function requireInternalToken(tokens: string[]): RequestHandler {
  const isToken = createTokenCheck(tokens);
  return (req, _res, next) => {
    if (!isToken(bearerToken(req))) {
      throw new Problem(401, 'unauthorized', 'This interface is for the other services only.', {
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    }
    next();
  };
}

function bearerToken(req: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(req.get('Authorization') ?? '')?.[1];
}

/** Takes the same time whatever is shown, if it is as long as a token. */
function createTokenCheck(tokens: string[]) {
  const accepted = tokens.map((token) => Buffer.from(token));
  return (shown: string | undefined): boolean => {
    if (shown === undefined) return false;
    const given = Buffer.from(shown);
    return accepted.some((token) => token.length === given.length && timingSafeEqual(token, given));
  };
}
