import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { waitFor } from '@kontakt/testing';
import { internalToken, startGatewayBefore } from './gateway.ts';
import { readRequests, type RawRequest } from './read-requests.ts';

export type RawGateway = Awaited<ReturnType<typeof startRawGateway>>;

/** The real gateway before one recorder of bytes in the place of all three services. */
export async function startRawGateway() {
  const service = await startRecorder();
  const { url } = service;
  const gateway = await startGatewayBefore({
    CONTACT_REPOSITORY_URL: url,
    CONTACT_EDIT_URL: url,
    MULTI_CHAPTER_MEMBERSHIP_URL: url,
  });

  async function send(bytes: string): Promise<string> {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.setTimeout(5_000, () => socket.destroy(new Error('no end of the answer')));
    socket.write(bytes, 'latin1');
    return text(socket);
  }

  /** What of it reached the service, and then an innocent request that must not get mixed up with it. */
  async function forwardedBy(bytes: string) {
    const answer = await send(bytes);
    await send('GET /api/v1/contacts/innocent HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n');
    const requests = service.take();
    expect(requests.pop()).toMatchObject({ asks: 'GET /api/v1/contacts/innocent', body: '' });
    await service.nothingUnfinished();
    requests.forEach(expectToBeClean);
    return { answer, requests };
  }

  return {
    /** Sends bytes of which nothing may reach a service, and checks that they are answered with one problem document. */
    async expectRefused(bytes: string, status: number) {
      const { answer, requests } = await forwardedBy(bytes);
      expect(requests).toEqual([]);
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(head).toContain('application/problem+json');
      expect(JSON.parse(body)).toMatchObject({ status });
    },
    /** Sends bytes that are requests, and checks that these and no others reached the service: `GET /x`, `POST /x body`. */
    async expectForwarded(bytes: string, expected: string[]) {
      const { answer, requests } = await forwardedBy(bytes);
      expect(requests.map(({ asks, body }) => `${asks} ${body}`.trim())).toEqual(expected);
      return { answer, requests };
    },
    async stop() {
      await gateway.stop();
      await service.stop();
    },
  };
}

function expectToBeClean({ headers }: RawRequest) {
  const values = (name: string) => headers.filter(([given]) => given === name).map(([, value]) => value);
  expect(headers.map(([name]) => name)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(upgrade|http2-settings|te|trailer|keep-alive|proxy-.*)$/)]),
  );
  expect(['keep-alive', 'close']).toContain(values('connection').join());
  expect(values('internal-token')).toEqual([internalToken]);
  expect(values('x-request-id')).toHaveLength(1);
  expect(values('host')).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
}

/** Records bytes, and answers each request that it reads in them. */
async function startRecorder() {
  let received: RawRequest[] = [];
  const unread = new Map<object, string>();
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      const { requests, rest } = readRequests((unread.get(socket) ?? '') + chunk.toString('latin1'));
      unread.set(socket, rest);
      received.push(...requests);
      for (const { asks } of requests) {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${asks.startsWith('HEAD') ? '' : '{}'}`);
      }
    });
    socket.on('error', () => undefined);
    // Half a request that ends with its connection is none.
    socket.on('close', () => unread.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What came since the last time. */
    take(): RawRequest[] {
      const taken = received;
      received = [];
      return taken;
    },
    nothingUnfinished: () => waitFor(() => [...unread.values()].every((rest) => rest === ''), { timeoutMs: 2_000 }),
    async stop() {
      server.close();
      await once(server, 'close');
    },
  };
}
