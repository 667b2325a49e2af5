import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is waited for in the bytes that pass. */
interface Sight {
  from: 'client' | 'server';
  bytes: Buffer;
  /** Whether what holds the bytes still goes on. */
  passes: boolean;
}

export interface TcpProxy {
  port: number;
  /** Cuts all connections. */
  cut: () => void;
  /** Lets everything that passes from now on take this much longer. */
  delay: (ms: number) => void;
  /** Lets nothing pass until it is released; the connections stay open. */
  hold: () => void;
  release: () => void;
  /** Calls back, once, in the moment in which the bytes pass. @returns how to look no more. */
  watch: (sight: Sight, seen: () => void) => () => void;
  close: () => Promise<void>;
}

const host = '127.0.0.1';

/** Passes connections on to one of some ports, in turn; to another when nobody listens there. */
export async function startTcpProxy(ports: number[]): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let turn = 0;
  let delayMs = 0;
  let held: PromiseWithResolvers<void> | undefined;
  let watched: { sight: Sight; seen: () => void } | undefined;

  async function* pass(from: Sight['from'], source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      if (delayMs > 0) await sleep(delayMs);
      await held?.promise;
      const sighted = watched;
      if (sighted?.sight.from !== from || !chunk.includes(sighted.sight.bytes)) {
        yield chunk;
        continue;
      }
      watched = undefined;
      if (sighted.sight.passes) yield chunk;
      sighted.seen();
    }
  }

  async function serve(client: Socket): Promise<void> {
    keep(client);
    turn += 1;
    const server = await connectToFirst(ports.map((_port, i) => ports[(turn + i) % ports.length] ?? 0));
    keep(server);
    await Promise.all([
      pipeline(client, (source: AsyncIterable<Buffer>) => pass('client', source), server),
      pipeline(server, (source: AsyncIterable<Buffer>) => pass('server', source), client),
    ]);
  }

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay().once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined); // the pipelines tell it, and end the other side
  }

  const listener = createServer((client) => {
    serve(client).catch(() => client.destroy());
  }).listen(0, host);
  await once(listener, 'listening');
  const address = listener.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was assigned');

  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    cut,
    delay: (ms) => {
      delayMs = ms;
    },
    hold: () => {
      held ??= Promise.withResolvers();
    },
    release: () => {
      held?.resolve();
      held = undefined;
    },
    watch(sight, seen) {
      const mine = { sight, seen };
      watched = mine;
      return () => {
        if (watched === mine) watched = undefined;
      };
    },
    async close() {
      listener.close();
      cut();
      await once(listener, 'close');
    },
  };
}

async function connectToFirst(ports: number[]): Promise<Socket> {
  for (const port of ports) {
    const socket = connect({ port, host });
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      // the next
    }
  }
  throw new Error('nobody listens');
}
