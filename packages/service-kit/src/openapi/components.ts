import type { Answer, Parameter } from './document.ts';
import type { JsonSchema } from './json-schema.ts';

/** The parts of the API's description that are the same for every endpoint. */

const token = { type: 'string', pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$' };

export const headers = {
  'X-Request-Id': {
    description: 'The id of the request. It is in the log, too.',
    required: true,
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Stands for what the answer shows. Send it as If-Match with a write, or as If-None-Match with a read.',
    required: true,
    schema: { type: 'string' },
  },
  'Consistency-Token': {
    description: 'Send it with a read, to any service, to be answered with data at least as new as this write.',
    required: true,
    schema: token,
  },
  Location: {
    description: 'Where the new record is.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
  'Retry-After': {
    description: 'After how many seconds it is worth another try.',
    schema: { type: 'string', pattern: String.raw`^\d+$` },
  },
  'WWW-Authenticate': { description: 'What is wrong with the token.', schema: { type: 'string' } },
};

/** What every read understands. */
export const readParameters: Record<'ConsistencyToken' | 'IfNoneMatch', Parameter> = {
  ConsistencyToken: {
    name: 'Consistency-Token',
    in: 'header',
    description: 'The token of a write: the answer is as new as that, within a second; else it is a 503.',
    schema: token,
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of what you have: the answer is a 304, and empty, while that is still so.',
    schema: { type: 'string' },
  },
};

const text = { type: 'string', minLength: 1 };

/** RFC 9457, as `problemDocument` writes it. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'What went wrong (RFC 9457): `type` is for programs, `detail` for people.',
  properties: {
    type: { type: 'string', pattern: '^urn:kontakt:problem:[a-z-]+$' },
    title: text,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: text,
    instance: { type: 'string', pattern: '^/', description: 'The path that was asked for.' },
    request_id: text,
    errors: {
      type: 'array',
      description: 'Of a 400: all faults of the request at once.',
      items: {
        type: 'object',
        properties: {
          in: { type: 'string', enum: ['path', 'query', 'body', 'header'] },
          path: { type: 'string', description: 'The name of the field or parameter; empty when it is the whole.' },
          message: text,
        },
        required: ['in', 'path', 'message'],
      },
    },
    existing_id: { type: 'string', minLength: 1, description: 'Of a 409: the id of what exists already.' },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'request_id'],
};

const requestId = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };
const retryAfter = { 'Retry-After': { $ref: '#/components/headers/Retry-After' } };
const wwwAuthenticate = { 'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' } };

function refusal(description: string, more: object = {}): Answer {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return { description, headers: { ...requestId, ...more }, content };
}

/** Status → name of the refusal. */
export const refusalNames = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  412: 'PreconditionFailed',
  413: 'ContentTooLarge',
  415: 'UnsupportedMediaType',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
} as const;

/** Name → what the refusal is. */
export const refusals: Record<string, Answer> = {
  BadRequest: refusal('Something of the request is invalid or unknown; `errors` names all of it.'),
  Unauthorized: refusal('Authentication is on, and there is no valid token.', wwwAuthenticate),
  Forbidden: refusal('The token does not allow this.', wwwAuthenticate),
  NotFound: refusal('There is no such record, or no longer.'),
  Conflict: refusal('It exists already (`existing_id`), or the Idempotency-Key came with another body before.'),
  PreconditionFailed: refusal('It has changed since you read it.'),
  ContentTooLarge: refusal('The body is over 100 kB.'),
  UnsupportedMediaType: refusal('The body is not JSON in UTF-8.'),
  InternalServerError: refusal('Something went wrong here; `request_id` finds it in the log.'),
  ServiceUnavailable: refusal('It cannot be answered just now, or not yet with what was promised.', retryAfter),
};

/** What the gateway can answer to any request, too: status → name and content. */
export const gatewayRefusals: Record<string, [string, Answer]> = {
  429: ['TooManyRequests', refusal('Too many requests.', retryAfter)],
  502: ['BadGateway', refusal('A service broke off. It may have done what was asked all the same.')],
  504: ['GatewayTimeout', refusal('A service did not answer in time. It may have done what was asked all the same.')],
};
