import type { Request, RequestHandler, Response } from 'express';
import type Joi from 'joi';
import { accessOf, checkScope, type Access } from './access.ts';
import { parseRequest, type RequestSchemas } from './parse-request.ts';

/** What a caller must be allowed. */
type Scope = 'contacts:read' | 'contacts:write' | 'memberships:read' | 'memberships:write';

export interface AnswerDescription {
  description: string;
  body: Joi.Schema;
  /** Headers that only some answers have. */
  headers?: ('ETag' | 'Consistency-Token' | 'Location')[];
}

/** All that can be said of an endpoint without asking it. The API's description is made of it. */
interface EndpointDescription {
  /** Its name in generated clients. */
  id: string;
  summary: string;
  /** What the summary leaves open. */
  description?: string;
  scope: Scope;
  /** Status → what a success looks like. */
  answers: Record<number, AnswerDescription>;
  /** The statuses of refusals that are this endpoint's own; those that every endpoint can give are left out. */
  refusals?: (404 | 409 | 412 | 503)[];
}

export interface Endpoint extends EndpointDescription {
  request: RequestSchemas<unknown, unknown, unknown, unknown>;
  handler: RequestHandler;
}

interface Definition<P, Q, B, H> extends EndpointDescription {
  request: RequestSchemas<P, Q, B, H>;
  /** `access` is empty when authentication is off: then everything may be seen and done. */
  handle: (
    input: { params: P; query: Q; body: B; headers: H; access: Partial<Access> },
    res: Response,
    req: Request,
  ) => Promise<void>;
}

/**
 * Ties an operation to the schemas by which its requests are parsed, and described. What they do not allow is a 400,
 * what the caller's token does not allow a 403.
 */
export function endpoint<P = object, Q = object, B = object, H = object>(definition: Definition<P, Q, B, H>): Endpoint {
  const { handle, ...described } = definition;
  const handler: RequestHandler = (req, res) => {
    const access = accessOf(req);
    checkScope(access, definition.scope);
    return handle({ ...parseRequest(req, definition.request), access: access ?? {} }, res, req);
  };
  return { ...described, handler };
}
