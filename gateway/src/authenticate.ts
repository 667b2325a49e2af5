import { accessHeaders, accessSchema, Problem, type Access } from '@kontakt/service-kit';
import type { RequestHandler } from 'express';
import Joi from 'joi';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';

export interface AuthenticationOptions {
  /** The OpenID Connect issuer, as its tokens name it. */
  issuer: string;
  /** What tokens for this API have in `aud`. */
  audience: string;
  /** The claims that limit what a token can see. */
  organisationClaim: string;
  chaptersClaim: string;
  /** How long an unknown key is not asked for again. */
  cooldownMs?: number;
}

/** Signatures that only the issuer can make: what verifies them is public. So `none` and HMAC are not among them. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const timeoutMs = 5_000;
const realm = 'Bearer realm="kontakt"';

/**
 * Lets only requests with a good token pass, and tells the services what it allows. No token goes on to a service.
 * @param options undefined when anybody may come.
 */
export function authenticate(options: AuthenticationOptions | undefined): RequestHandler {
  if (!options) {
    return (req, _res, next) => {
      delete req.headers.authorization;
      next();
    };
  }
  const keys = discoveredKeys(options);
  const { issuer, audience } = options;
  return async (req, _res, next) => {
    const [scheme, token, ...more] = (req.get('Authorization') ?? '').split(' ');
    if (token === undefined || more.length > 0 || scheme?.toLowerCase() !== 'bearer') {
      throw new Problem(401, 'unauthorized', 'A token is needed: Authorization: Bearer …', {
        headers: { 'WWW-Authenticate': realm },
      });
    }
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      requiredClaims: ['sub', 'exp'],
      clockTolerance: 5,
    }).catch((error: unknown) => {
      throw toProblem(error);
    });
    delete req.headers.authorization;
    Object.assign(req.headers, accessHeaders(accessOf(verified.payload, options)));
    next();
  };
}

/** The issuer's keys, found where its configuration says. They are kept, and asked for again when a new one signs. */
function discoveredKeys({ issuer, cooldownMs = 30_000 }: AuthenticationOptions): JWTVerifyGetKey {
  let discovery: Promise<JWTVerifyGetKey> | undefined;
  const discover = async () => {
    const keysAt = await findKeys(issuer);
    return createRemoteJWKSet(keysAt, { timeoutDuration: timeoutMs, cooldownDuration: cooldownMs });
  };
  return async (header, token) => {
    discovery ??= discover();
    const keys = await discovery.catch((error: unknown) => {
      discovery = undefined;
      throw error;
    });
    return keys(header, token);
  };
}

/** OpenID Connect Discovery 1.0, section 4. */
async function findKeys(issuer: string): Promise<URL> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  const { jwks_uri: keysAt } = Joi.attempt(
    await response.json(),
    Joi.object<{ issuer: string; jwks_uri: string }>({
      issuer: Joi.valid(issuer).required(),
      jwks_uri: Joi.string()
        .uri({ scheme: [new URL(issuer).protocol.slice(0, -1)] })
        .required(),
    }).unknown(),
  );
  return new URL(keysAt);
}

function accessOf(payload: JWTPayload, { organisationClaim, chaptersClaim }: AuthenticationOptions): Access {
  const { scope, sub } = payload;
  const result = accessSchema.validate({
    subject: sub,
    scopes: typeof scope === 'string' ? scope.split(' ').filter((part) => part !== '') : [],
    organisation: payload[organisationClaim],
    chapters: payload[chaptersClaim],
  });
  if (!result.error) return result.value;
  const claims: Record<string, string> = { subject: 'sub', organisation: organisationClaim, chapters: chaptersClaim };
  const part = String(result.error.details[0]?.path[0]);
  throw new Problem(403, 'unusable-token', `The token's claim ${claims[part] ?? part} is missing or cannot be used.`);
}

const reasons: Record<string, string> = {
  ERR_JWT_EXPIRED: 'The token has expired.',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'The token is not from this issuer, not for this API, not valid yet, or incomplete.',
  ERR_JWKS_NO_MATCHING_KEY: 'The token is signed with a key that its issuer does not have.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "The token's signature is wrong.",
};

/** What is wrong with the answer of an issuer that was asked for its keys. The first: it is no success, or no JSON. */
const issuersFaults = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

function toProblem(error: unknown): Problem {
  if (!(error instanceof errors.JOSEError) || issuersFaults.includes(error.code)) {
    return new Problem(503, 'authentication-unavailable', 'Tokens cannot be checked just now.', {
      headers: { 'Retry-After': '5' },
      cause: error,
    });
  }
  const reason = reasons[error.code] ?? 'The token cannot be accepted.';
  return new Problem(401, 'invalid-token', reason, {
    headers: { 'WWW-Authenticate': `${realm}, error="invalid_token", error_description="${reason}"` },
    cause: error,
  });
}
