import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { isHost, type Step } from '@kontakt/service-kit';
import type { Request } from 'express';
import { endToEnd } from './headers.ts';

/** What the gateway alone says to the services. `Expect: 100-continue` has been answered by Node already. */
const notForClients = /^(?:internal-|x-forwarded-|forwarded$|x-request-id$|expect$)/;

/**
 * The trust boundary: leaves of a request's headers those that a client may send on to a service, and adds who the
 * client is. Only a proxy that is trusted may say that for others.
 * @param trustedProxies addresses and networks (CIDR).
 */
export function identifyCaller(trustedProxies: string[]): Step {
  const isTrusted = createAddressCheck(trustedProxies);
  return (req) => {
    const { 'transfer-encoding': inChunks } = req.headers;
    const sent = endToEnd(req.headers);
    const kept: IncomingHttpHeaders = inChunks === undefined ? {} : { 'transfer-encoding': 'chunked' };
    for (const name in sent) if (!notForClients.test(name)) kept[name] = sent[name];
    req.headers = Object.assign(kept, identity(req, isTrusted));
  };
}

type AddressCheck = (address: string | undefined) => boolean;

function identity({ headers, socket }: Request, isTrusted: AddressCheck): IncomingHttpHeaders {
  const peer = addressIn(socket.remoteAddress ?? 'unknown');
  const said = isTrusted(peer) ? headers : {};
  const way = wayOf(peer, String(said['x-forwarded-for'] ?? ''), isTrusted);
  const host = wellFormed(said['x-forwarded-host'], isHost) ?? headers.host;
  const protocol = wellFormed(said['x-forwarded-proto'], isProtocol) ?? 'http';
  const requestId = traceId(headers.traceparent) ?? said['x-request-id'];
  return {
    'x-forwarded-for': way.join(', '),
    'x-forwarded-proto': protocol,
    ...(host !== undefined && { 'x-forwarded-host': host }),
    forwarded: forwarded(way, host, protocol),
    // Where it is none, the log gives the request another.
    ...(requestId !== undefined && { 'x-request-id': requestId }),
  };
}

/**
 * The addresses by which a request came, the client's first, as far as they can be believed: each was named by the next
 * one, which is trusted. What the client said of others, or a proxy said that is no address, counts for nothing.
 */
function wayOf(peer: string, forwardedFor: string, isTrusted: AddressCheck): string[] {
  const way = [peer];
  for (const hop of forwardedFor.split(',').reverse()) {
    if (!isTrusted(way[0])) break;
    const address = addressIn(hop.trim());
    if (isIP(address) === 0) break;
    way.unshift(address);
  }
  return way;
}

/** Some write `192.0.2.1:50000`, `[2001:db8::1]:50000` and `::ffff:192.0.2.1`. A zone means nothing elsewhere. */
function addressIn(hop: string): string {
  const withoutPort = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return withoutPort.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
}

/** The same as RFC 7239 has it: each hop says who came to it, the first one also what the client asked. */
function forwarded(way: string[], host: string | undefined, protocol: string): string {
  const [client, ...proxies] = way.map((address) => `for=${quoted(isIPv6(address) ? `[${address}]` : address)}`);
  const asked = [client, ...(host === undefined ? [] : [`host=${quoted(host)}`]), `proto=${protocol}`];
  return [asked.join(';'), ...proxies].join(', ');
}

/** A host and an address have nothing in them that quotes do not protect. */
const quoted = (text: string) => (/^[\w.~-]+$/.test(text) ? text : `"${text}"`);

/** The address of whoever stands before the proxies that are trusted, in the headers that `identifyCaller` has left. */
export function clientAddress(req: Request): string {
  return (req.get('X-Forwarded-For') ?? '').split(',', 1)[0] ?? '';
}

const isProtocol = (text: string) => /^https?$/.test(text);

function wellFormed(value: string | string[] | undefined, isGood: (text: string) => boolean): string | undefined {
  return typeof value === 'string' && isGood(value) ? value : undefined;
}

/** Of a valid W3C `traceparent` the part that names the whole trace. In version 00 nothing follows the flags. */
function traceId(traceparent: string | string[] | undefined): string | undefined {
  const valid = /^(?:00(?=.{53}$)|(?!00|ff)[\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/;
  return valid.exec(String(traceparent))?.[1];
}

function createAddressCheck(addresses: string[]): AddressCheck {
  if (addresses.length === 0) return () => false;
  const list = new BlockList();
  for (const entry of addresses) {
    const [address = '', prefix] = entry.split('/');
    if (prefix === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(prefix), family(address));
  }
  return (address = '') => isIP(address) !== 0 && list.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
