import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Answer } from '@kontakt/testing';
import type { FuzzRequest } from './requests.ts';

const agent = new Agent({ keepAlive: true });

const decoders = new Map([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
]);

/** Sends a request as it stands, and waits for the whole answer. */
export async function send(baseUrl: string, { method, path, headers, body }: FuzzRequest): Promise<Answer> {
  const { hostname, port } = new URL(baseUrl);
  const length = body && { 'Content-Length': String(body.bytes.length + (body.isCutOff ? 10 : 0)) };
  const req = request({ hostname, port, method, path, headers: { ...headers, ...length }, agent, timeout: 20_000 });
  // After the answer has begun nothing that befalls the request matters: it may have ended the connection.
  req.on('error', () => undefined);
  req.once('timeout', () => req.destroy(new Error('no answer for 20 s')));
  const answered = once(req, 'response') as Promise<[IncomingMessage]>;
  if (body?.isCutOff) req.write(body.bytes, () => req.socket?.end());
  else req.end(body?.bytes);
  const [response] = await answered;
  const bytes = await buffer(response);
  return {
    status: response.statusCode ?? 0,
    headers: new Headers(
      response.rawHeaders.flatMap((name, i, all) => (i % 2 ? [] : [[name, all[i + 1] ?? ''] as [string, string]])),
    ),
    body: parsed(response.headers['content-type'], decoded(response.headers['content-encoding'], bytes).toString()),
  };
}

function decoded(coding: string | undefined, bytes: Buffer): Buffer {
  if (coding === undefined || bytes.length === 0) return bytes;
  const decode = decoders.get(coding);
  if (!decode) throw new Error(`a coding that nobody asked for: ${coding}`);
  return decode(bytes);
}

function parsed(type: string | undefined, content: string): unknown {
  if (content === '') return undefined;
  return /^application\/([\w.-]+\+)?json\b/.test(type ?? '') ? (JSON.parse(content) as unknown) : content;
}
