import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLog, startHttpServer, type Patience } from '@kontakt/service-kit';
import { createApp, type Deps } from '../src/app.ts';
import { limits } from '../src/main.ts';
import { createServices } from '../src/services.ts';
import { startUpstream } from './upstream.ts';

export interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Gateway = Awaited<ReturnType<typeof startTestGateway>>;

export const internalToken = 'a-token-only-for-tests';

interface Options extends Partial<Omit<Deps, 'services'>> {
  patience?: Patience;
  maxConnections?: number;
}

const unlimited: Omit<Deps, 'services'> = {
  log: createLog({ service: 'gateway', level: 'silent' }),
  trustedProxies: [],
  authentication: undefined,
  corsOrigins: [],
  rateLimit: undefined,
  maxInFlight: 1_000,
};

/** The real gateway on a free port. */
export async function startGatewayBefore(
  urls: Omit<Parameters<typeof createServices>[0], 'INTERNAL_TOKEN'>,
  { patience = limits.patience, maxConnections = 1_000, ...options }: Options = {},
) {
  const services = createServices({ ...urls, INTERNAL_TOKEN: internalToken });
  const deps = { ...unlimited, ...options, services };
  const listen = { port: 0, host: '127.0.0.1', log: deps.log, maxConnections };
  const http = await startHttpServer(createApp(deps), { ...listen, ...limits, patience });

  return {
    services,
    port: http.port,
    /** The whole answer to bytes as they are; they should ask for the connection to be closed. */
    async sendRaw(bytes: string): Promise<string> {
      const socket = connect(http.port, '127.0.0.1');
      socket.write(bytes, 'latin1');
      return text(socket);
    },
    async stop() {
      await http.stop();
      await Promise.all(Object.values(services).map(({ pool }) => pool.destroy()));
    },
  };
}

/** The same before three recording services. */
export async function startTestGateway(options: Options = {}) {
  const [contactRepository, contactEdit, multiChapterMembership] = await Promise.all([
    startUpstream('contact-repository'),
    startUpstream('contact-edit'),
    startUpstream('multi-chapter-membership'),
  ]);
  const gateway = await startGatewayBefore(
    {
      CONTACT_REPOSITORY_URL: contactRepository.url,
      CONTACT_EDIT_URL: contactEdit.url,
      MULTI_CHAPTER_MEMBERSHIP_URL: multiChapterMembership.url,
    },
    options,
  );
  const upstreams = { contactRepository, contactEdit, multiChapterMembership };

  return {
    ...upstreams,
    ...gateway,
    /** What has reached any service: `contact-edit PUT /api/v1/contacts/1`. */
    received: () =>
      Object.values(upstreams).flatMap(({ name, received }) =>
        received.map(({ method, url }) => `${name} ${String(method)} ${String(url)}`),
      ),
    reset() {
      for (const upstream of Object.values(upstreams)) upstream.reset();
    },
    send: (method: string, path: string, headers?: OutgoingHttpHeaders, body?: string) =>
      send(gateway.port, { method, path, headers, body }),
    async stop() {
      await gateway.stop();
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.stop()));
    },
  };
}

interface Sent {
  method: string;
  path: string;
  headers: OutgoingHttpHeaders | undefined;
  body: string | undefined;
}

/** Sends the path as it stands, which fetch would not. */
async function send(port: number, { method, path, headers = {}, body }: Sent): Promise<Answer> {
  const req = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  req.end(body);
  // An answer can come before the body has gone out, and end the connection.
  req.on('error', () => undefined);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  return { status: res.statusCode, headers: res.headers, body: await text(res) };
}

/** An answer's body as JSON. */
export function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.body) as Record<string, unknown>;
}
