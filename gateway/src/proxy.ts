import { PassThrough } from 'node:stream';
import { Problem } from '@kontakt/service-kit';
import type { NextFunction, Request, Response } from 'express';
import { errors, Pool, type Dispatcher } from 'undici';
import { compressAnswer } from './compression.ts';
import { endToEnd, hasBody } from './headers.ts';
import type { Service } from './services.ts';

interface Then {
  next: NextFunction;
  /** The answer begins. */
  begun: () => void;
}

export type Forward = (req: Request, res: Response, then: Then) => void;

/**
 * Streams requests to a service and its answers back. What goes wrong on the way becomes a problem document; when part
 * of the answer has gone out already, the client's connection is cut instead.
 * @param timeoutMs how long the service may be silent. A client that is slow to send or to read does not count.
 */
export function createProxy({ name, url, pool, internalToken }: Service, timeoutMs: number): Forward {
  const { origin, pathname } = new URL(url);
  const base = pathname === '/' ? '' : pathname;

  return (req, res, { next, begun }) => {
    const options: Dispatcher.DispatchOptions = {
      method: req.method,
      path: base + req.url,
      // undici names the host and frames the body itself.
      headers: { ...req.headers, host: undefined, 'transfer-encoding': undefined, 'internal-token': internalToken },
      // What cannot be sent is destroyed: with the request itself, the client's connection would be.
      body: hasBody(req) ? req.pipe(new PassThrough()) : null,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    };
    const fail = (error: Error) => {
      // The rest of the body stands between the client and its next request.
      req.unpipe().resume();
      next(toProblem(error, name));
    };
    const isRepeatable = (req.method === 'GET' || req.method === 'HEAD') && options.body === null;
    const failedOnce = (error: Error) => {
      if (!isRepeatable || !isLostConnection(error)) {
        fail(error);
        return;
      }
      // The service may have been closing the connection in the moment in which the request was sent into it.
      const another = new Pool(origin, { connections: 1, allowH2: false });
      another.dispatch(options, answerWith(req, res, { begun, failed: fail }));
      void another.close();
    };
    pool.dispatch(options, answerWith(req, res, { begun, failed: failedOnce }));
  };
}

/** Made once: every answer that has been given ends in a call that changes nothing any more. */
const clientHasGone = new Error('the client has gone');

interface Told {
  begun: () => void;
  /** There is no answer, and somebody waits for one. */
  failed: (error: Error) => void;
}

function answerWith(req: Request, res: Response, { begun, failed }: Told): Dispatcher.DispatchHandler {
  /** In bytes, where it is known. */
  let length: number | undefined;
  let hasPaused = false;
  return {
    onRequestStart(controller) {
      const callOff = () => {
        controller.abort(clientHasGone);
      };
      if (res.destroyed) callOff();
      else res.once('close', callOff);
    },
    onResponseStart(_controller, status, headers) {
      if (status < 200) return;
      begun();
      const { vary, ...others } = endToEnd(headers);
      if (vary !== undefined) res.vary([vary].flat().join(', '));
      if (headers['content-length'] !== undefined) length = Number(headers['content-length']);
      compressAnswer(req, res, length);
      res.writeHead(status, others);
    },
    onResponseData(controller, chunk) {
      // A body that is there as a whole, as text of the same bytes: Node sends that in one piece with the head.
      const more = chunk.length === length ? res.write(chunk.toString('latin1'), 'latin1') : res.write(chunk);
      if (more) return;
      controller.pause();
      // One listener an answer: a compressed one does not let go of any.
      if (!hasPaused)
        res.on('drain', () => {
          controller.resume();
        });
      hasPaused = true;
    },
    onResponseEnd() {
      res.end();
    },
    onResponseError(_controller, error) {
      if (res.headersSent) res.destroy();
      else if (!res.destroyed) failed(error);
    },
  };
}

const codeOf = (error: Error) => ('code' in error ? String(error.code) : '');

const isLostConnection = (error: Error) => ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));

const unreachable = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
];

function toProblem(error: Error, serviceName: string): Problem {
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    const detail = `${serviceName} did not answer in time. It may have done what was asked all the same.`;
    return new Problem(504, 'service-too-slow', detail, { cause: error });
  }
  if (unreachable.includes(codeOf(error))) {
    return new Problem(503, 'service-unavailable', `${serviceName} is not there just now.`, {
      headers: { 'Retry-After': '1' },
      cause: error,
    });
  }
  const detail = `${serviceName} broke off before it answered. It may have done what was asked all the same.`;
  return new Problem(502, 'service-broken', detail, { cause: error });
}
