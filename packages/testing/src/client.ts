import { createAnswerCheck } from './answer-check.ts';

/** What an answer holds is what a test finds out, so it is typed as JSON.parse types it. */
type Body = ReturnType<typeof JSON.parse>;

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed if it is JSON, else text; undefined if there is none. */
  body: Body;
}

export interface RequestToSend {
  method: string;
  path: string;
  headers?: HeadersToSend;
  /** Sent as it is, and said to be JSON unless the headers say what it is. */
  rawBody?: string | Uint8Array<ArrayBuffer>;
}

type HeadersToSend = Record<string, string>;

export interface Client {
  get: (path: string, headers?: HeadersToSend) => Promise<Answer>;
  /** A body is sent as JSON. */
  post: (path: string, body?: unknown, headers?: HeadersToSend) => Promise<Answer>;
  put: (path: string, body?: unknown, headers?: HeadersToSend) => Promise<Answer>;
  delete: (path: string, headers?: HeadersToSend) => Promise<Answer>;
  /** For what the others cannot do: other methods, other content types, JSON that is broken. */
  send: (request: RequestToSend) => Promise<Answer>;
}

/**
 * An HTTP client for the service at a URL. It follows no redirects. Whatever the API answers must be as the service's
 * own `/openapi.json` says.
 */
export function createClient(baseUrl: string): Client {
  let document: Promise<string> | undefined;
  const send = async (request: RequestToSend): Promise<Answer> => {
    const answer = await sendTo(baseUrl, request);
    if (request.path.startsWith('/api/')) {
      document ??= fetchDocument(baseUrl);
      createAnswerCheck(await document)(request, answer);
    }
    return answer;
  };
  return {
    get: (path, headers = {}) => send({ method: 'GET', path, headers }),
    post: (path, body, headers = {}) => send({ method: 'POST', path, headers, ...asJson(body) }),
    put: (path, body, headers = {}) => send({ method: 'PUT', path, headers, ...asJson(body) }),
    delete: (path, headers = {}) => send({ method: 'DELETE', path, headers }),
    send,
  };
}

async function fetchDocument(baseUrl: string): Promise<string> {
  const response = await fetch(`${baseUrl}/openapi.json`);
  if (!response.ok) throw new Error(`${baseUrl}/openapi.json, by which answers are checked, is a ${response.status}`);
  return response.text();
}

function asJson(body: unknown): Pick<RequestToSend, 'rawBody'> {
  return body === undefined ? {} : { rawBody: JSON.stringify(body) };
}

async function sendTo(baseUrl: string, { method, path, headers, rawBody }: RequestToSend): Promise<Answer> {
  const sent = new Headers(headers);
  if (rawBody !== undefined && !sent.has('content-type')) sent.set('content-type', 'application/json');
  const response = await fetch(baseUrl + path, { method, headers: sent, body: rawBody ?? null, redirect: 'manual' });
  return { status: response.status, headers: response.headers, body: parsed(response, await response.text()) };
}

function parsed({ headers }: Response, text: string): unknown {
  if (text === '') return undefined;
  const isJson = /^application\/([\w.-]+\+)?json\b/.test(headers.get('content-type') ?? '');
  const body: unknown = isJson ? JSON.parse(text) : text;
  return body;
}
