import type { IncomingMessage } from 'node:http';
import { Problem, problemDocument } from './problem.ts';

const maxUrlLength = 8_192;

/** Whether a text can stand in `Host`: a name or an address, and perhaps a port. */
export function isHost(text: string): boolean {
  return /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text);
}

/** What Node reads as a request, but another program could read as another one; and what no app can route. */
export function findFault({ url = '', headers, rawHeaders, httpVersion }: IncomingMessage): Problem | null {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return new Problem(505, 'version-not-supported', 'Only HTTP/1.1 and HTTP/1.0 are spoken here.');
  }
  const hosts = countHosts(rawHeaders);
  if (hosts === 0 ? httpVersion === '1.1' : hosts > 1 || !isHost(headers.host ?? '')) return invalid('name one Host');

  const coding = headers['transfer-encoding']?.toLowerCase();
  if (coding !== undefined && httpVersion === '1.0') return invalid('be HTTP/1.1 to have a Transfer-Encoding');
  if (coding !== undefined && coding !== 'chunked') {
    return new Problem(501, 'not-implemented', 'A body may be sent in chunks, and with no other Transfer-Encoding.');
  }

  if (url.length > maxUrlLength) return new Problem(414, 'url-too-long', `A URL may have ${maxUrlLength} characters.`);
  if (!url.startsWith('/')) return invalid('have a path as its target');
  if (/[^!-~]|#/.test(url)) return invalid('have a target of visible ASCII characters, the others percent-encoded');
  return null;
}

/** A loop that looks at few names closely: each request comes by here. */
function countHosts(rawHeaders: string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

export const expectationProblem = new Problem(417, 'expectation-failed', 'Only 100-continue can be expected here.');
export const tunnelProblem = new Problem(501, 'not-implemented', 'There are no tunnels here.');

function invalid(must: string): Problem {
  return new Problem(400, 'invalid-request', `The request must ${must}.`);
}

export type ClientError = Error & { code?: string; rawPacket?: Buffer };

/** Why Node could not read something as HTTP, or no longer waited for it. */
export function toProblem({ code, rawPacket }: ClientError): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem(408, 'request-too-slow', 'The request took too long to arrive.');
  }
  if (code !== 'HPE_HEADER_OVERFLOW') {
    return new Problem(400, 'invalid-request', 'This is not an HTTP request that can be read.');
  }
  const requestLine = rawPacket?.indexOf('\r\n') ?? 0;
  if (requestLine === -1 || requestLine > maxUrlLength) return new Problem(414, 'url-too-long', 'The URL is too long.');
  return new Problem(431, 'headers-too-large', 'The headers are too large.');
}

/** The document with which a request ends that no app has seen, and its connection with it. */
export function refusal(problem: Problem, requestId: string) {
  const body = JSON.stringify(problemDocument(problem, { instance: '/', requestId }));
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  return { status: problem.status, headers, body };
}
