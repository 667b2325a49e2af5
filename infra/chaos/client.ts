/** What has become of a request. Without an answer, and after a 5xx, a write may have happened or not. */
export type Outcome = 'acknowledged' | 'refused' | 'unknown';

export interface Answer {
  outcome: Outcome;
  body: Record<string, unknown>;
  etag: string | null;
}

export type Send = (request: {
  method: string;
  path: string;
  body?: object;
  headers?: Record<string, string>;
}) => Promise<Answer>;

const timeoutMs = 15_000;

/** Sends requests to the gateway, and counts what becomes of those that write. */
export function createSend(url: string, counts: Record<Outcome, number>): Send {
  return async ({ method, path, body, headers }) => {
    const answer = await request(`${url}/api/v1${path}`, {
      method,
      headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (method !== 'GET') counts[answer.outcome] += 1;
    return answer;
  };
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    const body: unknown = text === '' ? {} : JSON.parse(text);
    return {
      outcome: outcomeOf(response.status),
      body: typeof body === 'object' && body !== null ? { ...body } : {},
      etag: response.headers.get('ETag'),
    };
  } catch (error) {
    return { outcome: wasNeverSent(error) ? 'refused' : 'unknown', body: {}, etag: null };
  }
}

function outcomeOf(status: number): Outcome {
  if (status < 300) return 'acknowledged';
  return status < 500 ? 'refused' : 'unknown';
}

/** There was no gateway to send it to. */
function wasNeverSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
