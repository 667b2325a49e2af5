import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Problem, problemResponses } from '@kontakt/service-kit';
import type { Request, RequestHandler, Response } from 'express';
import { createProxyMiddleware, type Options, type Plugin } from 'http-proxy-middleware';
import { endToEnd } from './headers.ts';
import type { Service } from './services.ts';

class TooSlow extends Error {
  override name = 'TooSlow';
}

/**
 * Streams requests to a service and its answers back. What goes wrong on the way becomes a problem document; when part
 * of the answer has gone out already, the client's connection is cut instead.
 * @param timeoutMs how long the service may be silent.
 */
export function createProxy(service: Service, timeoutMs: number): RequestHandler {
  const onKeptConnection = new WeakSet<Request>();

  const events: Plugin<Request, Response> = (proxy) => {
    proxy.on('proxyReq', (toService, req, res) => {
      if (toService.reusedSocket) onKeptConnection.add(req);
      let answer: IncomingMessage | undefined;
      const silence = setTimeout(() => {
        // A client that is slow to send or to read is not the service's fault, nor is compression.
        if (!req.complete || answer?.isPaused()) silence.refresh();
        else toService.destroy(new TooSlow(`${service.name} was silent for ${timeoutMs} ms`));
      }, timeoutMs);
      toService.once('finish', () => silence.refresh());
      toService.once('response', (begun) => {
        answer = begun.on('data', () => silence.refresh());
      });
      res.on('drain', () => silence.refresh());
      toService.once('close', () => {
        clearTimeout(silence);
      });
    });

    proxy.on('proxyRes', (answer, _req, res) => {
      const { vary, ...headers } = endToEnd(answer.headers);
      if (vary !== undefined) res.vary(vary);
      res.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(res);
    });

    proxy.on('error', (error, req, res) => {
      if (!req || !res || res instanceof Socket || res.destroyed || res.headersSent) return;
      // The service may have closed a kept connection in the moment in which the request was sent into it.
      if (onKeptConnection.delete(req) && isLostConnection(error) && isRepeatable(req)) {
        void onNewConnection(req, res);
        return;
      }
      // The rest of the body stands between the client and its next request.
      req.unpipe().resume();
      problemResponses(toProblem(error, service.name), req, res, () => res.destroy());
    });
  };

  const options: Options<Request, Response> = {
    target: service.url,
    changeOrigin: true,
    headers: { 'internal-token': service.internalToken },
    selfHandleResponse: true,
    // The middleware's own plugins log addresses and send them to the client.
    ejectPlugins: true,
    plugins: [events],
  };
  const proxy = createProxyMiddleware({ ...options, agent: service.agent });
  const onNewConnection = createProxyMiddleware({ ...options, agent: false });

  return proxy;
}

/** Whether it can be sent twice: it changes nothing, and has no body that would be gone by now. */
function isRepeatable({ method, headers }: Request): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
  return (method === 'GET' || method === 'HEAD') && !hasBody;
}

function isLostConnection(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

const unreachable: unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT', // the connection was not answered; silence on one that was is TooSlow
];

function toProblem(error: Error, serviceName: string): Problem {
  if (error instanceof TooSlow) {
    const detail = `${serviceName} did not answer in time. It may have done what was asked all the same.`;
    return new Problem(504, 'service-too-slow', detail, { cause: error });
  }
  if ('code' in error && unreachable.includes(error.code)) {
    return new Problem(503, 'service-unavailable', `${serviceName} is not there just now.`, {
      headers: { 'Retry-After': '1' },
      cause: error,
    });
  }
  const detail = `${serviceName} broke off before it answered. It may have done what was asked all the same.`;
  return new Problem(502, 'service-broken', detail, { cause: error });
}
