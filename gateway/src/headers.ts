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

/**
 * The headers with which a request goes on to a service: those of the client that are meant for it, and who the client
 * is, which only the gateway can say.
 */
export function forwardedHeaders(req: IncomingMessage, requestId: string): IncomingHttpHeaders {
  const { host } = req.headers;
  const kept = Object.entries(endToEnd(req.headers)).filter(
    // Node has answered `Expect: 100-continue` already.
    ([name]) => name !== 'expect' && name !== 'forwarded' && !name.startsWith('x-forwarded-'),
  );
  return {
    ...Object.fromEntries(kept),
    ...bodyLength(req),
    ...(req.socket.remoteAddress !== undefined && { 'x-forwarded-for': req.socket.remoteAddress }),
    ...(host !== undefined && { 'x-forwarded-host': host }),
    'x-forwarded-proto': 'http',
    'x-request-id': requestId,
  };
}

/** The headers of a message without those that concern the connection on which it came. */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = new Set(headers.connection?.toLowerCase().split(/[\s,]+/));
  const kept = Object.entries(headers).filter(
    ([name]) => !hopByHop.has(name) && (essential.has(name) || !named.has(name)),
  );
  return Object.fromEntries(kept);
}

/**
 * Where the body ends, said in the way of the client. Without it Node would send a body that the service reads as the
 * next request, or announce a body where there is none.
 */
function bodyLength({ method, headers }: IncomingMessage): IncomingHttpHeaders {
  const transferEncoding = headers['transfer-encoding'];
  if (transferEncoding !== undefined) return { 'transfer-encoding': transferEncoding };
  const canBeWithout = method === 'GET' || method === 'HEAD' || headers['content-length'] !== undefined;
  return canBeWithout ? {} : { 'content-length': '0' };
}
