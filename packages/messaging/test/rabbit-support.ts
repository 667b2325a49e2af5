import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { CloudEvent } from '@kontakt/events';
import { createLog, type Log } from '@kontakt/service-kit';
import { connectRabbit, TransportUnavailableError, type Transport } from '../src/index.ts';

export function eventOf(type: string, data: unknown = {}): CloudEvent {
  const envelope = {
    specversion: '1.0',
    source: '/test',
    subject: 'c-1',
    datacontenttype: 'application/json',
  } as const;
  return { ...envelope, id: randomUUID(), type, time: '2026-01-02T03:04:05.678Z', data };
}

export interface Journal {
  log: Log;
  /** What was logged, an entry a line. */
  lines: string[];
}

export function createJournal(): Journal {
  const lines: string[] = [];
  return {
    lines,
    log: createLog({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } }),
  };
}

const opened: Transport[] = [];
const ways: { close: () => void }[] = [];

/** Connects with short times. */
export async function connectForTest(url: string, options: Partial<Parameters<typeof connectRabbit>[0]> = {}) {
  const { log } = createJournal();
  const transport = await connectRabbit({ url, log, retryDelayMs: 5, confirmTimeoutMs: 5_000, ...options });
  opened.push(transport);
  return transport;
}

/** Closes what the functions here have opened. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
  for (const way of ways.splice(0)) way.close();
}

/** Does what the relay does: what the transport could not take is published again. */
export async function publishUntilTaken(transport: Transport, event: CloudEvent): Promise<void> {
  for (;;) {
    try {
      await transport.publish(event);
      return;
    } catch (error) {
      if (!(error instanceof TransportUnavailableError)) throw error;
      await sleep(20);
    }
  }
}

/** Subscribes, and answers the list to which the ids of the handled events are added. */
export async function collect(
  transport: Transport,
  { ids = [], ...subscriber }: { queue: string; types: string[]; ids?: string[] },
): Promise<string[]> {
  const handle = (content: string): Promise<void> => {
    ids.push((JSON.parse(content) as CloudEvent).id);
    return Promise.resolve();
  };
  await transport.subscribe({ ...subscriber, handle });
  return ids;
}

interface Trouble {
  /** What the client says just before. */
  at: Buffer;
  as: 'silence' | 'loss';
  /** Which connection it comes to: 1 is the first. */
  connection?: number;
}

/**
 * A way to the broker that can be blocked, so that nothing is heard of either side any more, and cut.
 * @param trouble what happens to one connection: nothing is answered any more, or it is lost.
 */
export async function createWayTo(url: string, trouble?: Trouble) {
  const sockets: Socket[] = [];
  const troubled = Promise.withResolvers<undefined>();
  const { hostname, port } = new URL(url);
  let connections = 0;
  const server = createServer((near) => {
    const far = connectSocket(Number(port === '' ? 5672 : port), hostname);
    const isTroubled = ++connections === (trouble?.connection ?? 1);
    sockets.push(near, far);
    near.on('data', (data: Buffer) => {
      if (!isTroubled || !trouble || !data.includes(trouble.at)) return;
      if (trouble.as === 'silence') far.pause();
      else for (const socket of [near, far]) socket.resetAndDestroy();
      troubled.resolve(undefined);
    });
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy()).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const way = Object.assign(new URL(url), { host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}` });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  ways.push({
    close: () => {
      cut();
      server.close();
    },
  });
  return {
    url: way.href,
    cut,
    /** When the trouble came. */
    troubled: troubled.promise,
    countConnections: () => promisify(server.getConnections.bind(server))(),
    block: () => {
      for (const socket of sockets) socket.pause();
    },
    open: () => {
      for (const socket of sockets) socket.resume();
    },
  };
}
