import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

interface Recorded {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
  socket: Socket;
}

/** A service as the gateway sees it: records what reaches it, and answers with its name unless told otherwise. */
export async function startUpstream(name: string) {
  const received: Recorded[] = [];
  const answerWithName: RequestListener = (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { method, url, headers, socket } = req;
      received.push({ method, url, headers, socket, body: Buffer.concat(chunks).toString() });
      res.setHeader('Content-Type', 'application/json').end(JSON.stringify({ service: name }));
    });
  };

  let listener = answerWithName;
  const server = createServer({ keepAliveTimeout: 65_000 }, (req, res) => {
    listener(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    name,
    port,
    received,
    url: `http://127.0.0.1:${port}`,
    /** From now on answers so; without an argument, as in the beginning. */
    answer(as: RequestListener = answerWithName) {
      listener = as;
    },
    reset() {
      received.length = 0;
      listener = answerWithName;
    },
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
