import { STATUS_CODES } from 'node:http';

/** One fault of a request: where it is (`body`, `email`) and what is wrong with it. */
export interface Fault {
  in: 'path' | 'query' | 'body' | 'header';
  path: string;
  message: string;
}

interface ProblemOptions {
  errors?: Fault[];
  headers?: Record<string, string>;
  /** Further members of the problem document, such as `existing_id`. */
  members?: Record<string, string>;
  cause?: unknown;
}

/**
 * The one error that becomes an answer to the client (RFC 9457). Anything else that is thrown is a bug.
 * `code` names the kind of problem for programs, `detail` tells a person what happened.
 */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: Fault[] | undefined;
  readonly headers: Record<string, string>;
  readonly members: Record<string, string>;

  constructor(status: number, code: string, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }

  /** 400, with every fault at once. */
  static invalid(errors: Fault[]): Problem {
    const [first, second, third, ...more] = errors.map(({ path, message }) => `${path} ${message}`.trim());
    const detail = [first, second, third].filter((sentence) => sentence !== undefined).join('; ');
    const rest = more.length > 0 ? `; and ${more.length} more` : '';
    return new Problem(400, 'invalid-request', detail + rest, { errors });
  }

  /** 404: `what` is a noun phrase, such as `contact c-00123`. */
  static notFound(what: string): Problem {
    return new Problem(404, 'not-found', `There is no ${what}.`);
  }
}

/** The document that a client gets. `instance` is the path that was asked for. */
export function problemDocument(problem: Problem, { instance, requestId }: { instance: string; requestId: string }) {
  return {
    type: `urn:kontakt:problem:${problem.code}`,
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.detail,
    instance,
    request_id: requestId,
    ...(problem.errors && { errors: problem.errors }),
    ...problem.members,
  };
}
