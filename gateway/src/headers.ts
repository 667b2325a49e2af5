import type { IncomingMessage } from 'node:http';

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
export function endToEnd<Value>(headers: Record<string, Value>): Record<string, Value> {
  const named = namedIn(String(headers.connection ?? ''));
  const kept: Record<string, Value> = {};
  // A loop over the names: it is done twice a request.
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !hopByHop.has(name) && (essential.has(name) || !named.includes(name)))
      kept[name] = value;
  }
  return kept;
}

/** What `Connection` names; most of all messages name nothing that is not left out anyway. */
function namedIn(connection: string): string[] {
  if (connection === '' || connection === 'keep-alive') return [];
  return connection.toLowerCase().split(/[\s,]+/);
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
