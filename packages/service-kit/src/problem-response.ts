import type { ErrorRequestHandler, Request } from 'express';
import { isDatabaseUnavailable } from './database.ts';
import { Problem, problemDocument } from './problem.ts';

/** The one place where an error becomes an answer. What is not a Problem, or known to be one, is a bug: 500 and a log line. */
export const problemResponses: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const problem = toProblem(error);
  // It is logged with the request it belongs to. A refusal without a cause was meant: its status says it all.
  const cause = error instanceof Problem ? error.cause : error;
  if (problem.status >= 500 && cause !== undefined) {
    res.locals.error = cause instanceof Error ? cause : new Error('what was thrown is no Error', { cause });
  }
  if (res.headersSent) {
    next(error);
    return;
  }
  res
    .status(problem.status)
    .set(problem.headers)
    .type('application/problem+json')
    .json(problemDocument(problem, { instance: requestPath(req), requestId: res.get('X-Request-Id') ?? '' }));
};

/** The path as the client sent it; a query can hold what is private. */
export function requestPath(req: Request): string {
  return req.originalUrl.split('?', 1)[0] ?? '';
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error) {
    const known = fromExpress(error);
    if (known) return known;
  }
  if (isDatabaseUnavailable(error)) {
    return new Problem(503, 'database-unavailable', 'The database cannot be reached, or is too busy, just now.', {
      headers: { 'Retry-After': '1' },
      cause: error,
    });
  }
  return new Problem(500, 'internal-error', 'Something went wrong here. The request_id finds it in the log.', {
    cause: error,
  });
}

/** What Express and its body parser refuse, by the `type` or `status` that they put on their errors. */
function fromExpress(error: Error & { type?: unknown; status?: unknown }): Problem | null {
  switch (error.type) {
    case 'entity.parse.failed':
      return Problem.invalid([{ in: 'body', path: '', message: 'The body is not valid JSON.' }]);
    case 'charset.invalid':
      return Problem.invalid([{ in: 'body', path: '', message: 'The body is not valid UTF-8.' }]);
    case 'entity.too.large':
      return new Problem(413, 'body-too-large', 'The body may be at most 100 kB.');
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new Problem(
        415,
        'unsupported-media-type',
        'The body must be JSON in UTF-8, plain or compressed with gzip.',
      );
    case 'request.aborted':
    case 'request.size.invalid':
      return new Problem(400, 'invalid-request', 'The body ended before its announced length.');
    default:
  }
  if (error instanceof URIError) {
    return Problem.invalid([{ in: 'path', path: '', message: 'The path has a percent sign that encodes nothing.' }]);
  }
  if (typeof error.status === 'number' && error.status >= 400 && error.status < 500) {
    return new Problem(error.status, 'invalid-request', 'The request cannot be read.', { cause: error });
  }
  return null;
}
