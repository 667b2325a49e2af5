import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { Step } from './http-app.ts';
import type { Log } from './log.ts';

/**
 * Gives each request its id, in the request and in the answer, and one line in the log: what was asked for by the
 * route's pattern, and how it went. Never a path, a query, a body or another header: each can hold what is private.
 */
export function requestLog(log: Log): Step {
  return (req, res) => {
    const { socket } = req;
    const started = performance.now();
    const writtenBefore = socket.bytesWritten;
    const id = requestId(req);
    req.headers['x-request-id'] = id;
    res.setHeader('X-Request-Id', id);
    res.once('close', () => {
      const err: unknown = res.locals.error;
      const line = {
        request_id: id,
        method: req.method,
        route: routePattern(req),
        status: res.statusCode,
        duration_ms: Math.round(performance.now() - started),
        bytes: socket.bytesWritten - writtenBefore,
        subject: subjectOf(req),
        ...(err !== undefined && { err }),
      };
      log[levelOf(line)](line, res.writableFinished ? 'request completed' : 'request aborted');
    });
  };
}

/** A bug is an error; what is not there or too busy just now is worth a warning. */
function levelOf({ status }: { status: number }) {
  if (status === 500) return 'error';
  return status > 500 ? 'warn' : 'info';
}

/** The request's id where it is harmless in a log and a header, else a new one. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Whose token it was, where there was one. */
function subjectOf({ headers }: IncomingMessage): string | null {
  const subject = headers['internal-subject'];
  return typeof subject === 'string' ? decodeURIComponent(subject) : null;
}

/** `/api/v1/contacts/:id`; null where there is no such path. */
function routePattern(req: Request): string | null {
  const route: unknown = req.route;
  return typeof route === 'object' && route !== null && 'path' in route ? String(route.path) : null;
}
