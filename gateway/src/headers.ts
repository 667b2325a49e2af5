import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Said about one connection and not about the message that it carries (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Needed to read the message, whatever its `Connection` header says. */
const essential = new Set(['content-length', 'host']);

/** The headers of a message without those that concern the connection on which it came. */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = new Set(headers.connection?.toLowerCase().split(/[\s,]+/));
  const kept = Object.entries(headers).filter(
    ([name]) => !hopByHop.has(name) && (essential.has(name) || !named.has(name)),
  );
  return Object.fromEntries(kept);
}

/**
 * Where a request's body ends, said in the way of the client. Without it Node would send a body that the service reads
 * as the next request, or announce a body where there is none.
 */
export function framing({ method, headers }: IncomingMessage): IncomingHttpHeaders {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  const canBeWithout = method === 'GET' || method === 'HEAD' || headers['content-length'] !== undefined;
  return canBeWithout ? {} : { 'content-length': '0' };
}
