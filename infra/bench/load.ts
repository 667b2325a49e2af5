import { Agent, request as send } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: object;
}

export interface Load {
  requests: number;
  perSecond: number;
  medianMs: number;
  p99Ms: number;
  /** Answers that were no success, and requests without one. */
  failures: number;
}

interface Full {
  connections: number;
  /** How long, unless it is said how many. */
  seconds: number;
  amount?: number | undefined;
}

/** As much as the server takes; each connection has a part of the requests to itself and goes round in it. */
export async function fullLoad(
  url: string,
  requests: Request[],
  { connections, seconds, amount }: Full,
): Promise<Load> {
  const parts = Array.from({ length: connections }, (_, k) => requests.filter((_request, i) => i % connections === k));
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  const finished = Promise.withResolvers<autocannon.Result>();
  const options: autocannon.Options = {
    url,
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    setupClient(client) {
      const part = parts[next++ % connections] ?? [];
      client.setRequests((part.length > 0 ? part : requests).map(toSend));
    },
  };
  const instance = autocannon(options, (error: unknown, result) => {
    if (error instanceof Error) finished.reject(error);
    else finished.resolve(result);
  });
  // Its own histogram knows whole milliseconds only.
  instance.on('response', (_client, _status, _bytes, ms) => times.push(ms));
  const result = await finished.promise;
  const took = (performance.now() - started) / 1000;
  return { ...summary(times, took), failures: result.non2xx + result.errors + result.timeouts };
}

/** So many a second, spread evenly, whether or not the ones before have been answered. */
export async function pacedLoad(
  url: string,
  requests: Request[],
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const times: number[] = [];
  const underWay: Promise<boolean>[] = [];
  const started = performance.now();
  for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - started) {
    while (underWay.length < (elapsed / 1000) * perSecond) {
      const request = requests[underWay.length % requests.length];
      if (request) underWay.push(sendOne(url, request, agent, times));
    }
    await sleep(1);
  }
  const succeeded = await Promise.all(underWay);
  agent.destroy();
  const failures = succeeded.filter((success) => !success).length;
  return { ...summary(times, (performance.now() - started) / 1000), failures };
}

/** @returns whether it succeeded. */
function sendOne(url: string, { method, path, body }: Request, agent: Agent, times: number[]): Promise<boolean> {
  const started = performance.now();
  return new Promise((resolve) => {
    const request = send(new URL(path, url), { method, agent, headers: jsonHeaders(body) }, (answer) => {
      answer.resume().on('end', () => {
        times.push(performance.now() - started);
        resolve((answer.statusCode ?? 500) < 300);
      });
    });
    request.on('error', () => {
      resolve(false);
    });
    request.end(body && JSON.stringify(body));
  });
}

function toSend({ method, path, body }: Request) {
  return { method, path, headers: jsonHeaders(body), ...(body && { body: JSON.stringify(body) }) };
}

const jsonHeaders = (body: object | undefined) => (body ? { 'content-type': 'application/json' } : {});

function summary(times: number[], seconds: number): Omit<Load, 'failures'> {
  const sorted = Float64Array.from(times).sort();
  return {
    requests: times.length,
    perSecond: times.length / seconds,
    medianMs: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}

/** Of numbers in order. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(numbers: number[]): number {
  return percentile(Float64Array.from(numbers).sort(), 0.5);
}
