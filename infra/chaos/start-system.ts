import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDatabase, freePort, startPostgres } from '@kontakt/embedded-postgres';
import { migrateAll, type DatabaseUrls } from '../local/databases.ts';
import { root } from '../local/config.ts';
import { startSupervised, type SupervisedProcess } from './supervised-process.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export type ServiceName = keyof DatabaseUrls;

/** One of two processes of a service, the way to both, and the ways from it to its database and to the broker. */
export interface Instance {
  process: SupervisedProcess;
  toService: TcpProxy;
  toDatabase: TcpProxy;
  toBroker: TcpProxy;
}

export type System = Awaited<ReturnType<typeof startSystem>>;

/**
 * The whole system as it is deployed: two processes of each service and one of the gateway, a PostgreSQL and a broker,
 * and a proxy on every way between them.
 * @param dir where the data and the logs go.
 */
export async function startSystem({ dir, brokerUrl }: { dir: string; brokerUrl: string }) {
  const postgres = await startRestartablePostgres(join(dir, 'postgres'));
  const { databases } = postgres;
  await migrateAll(databases);

  const ports = { gateway: await freePort(), services: await eachService(() => Promise.all([freePort(), freePort()])) };
  const toServices = await eachService((service) => startTcpProxy(ports.services[service]));
  const common = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, // a start takes half as long
    HOST: '127.0.0.1',
    npm_lifecycle_event: 'chaos', // started so, a program ends when whoever started it is gone
    LOG_LEVEL: 'warn',
    INTERNAL_TOKEN: randomBytes(32).toString('base64url'),
    DEFAULT_ORG_ID: 'org-chaos',
    DATABASE_POOL_SIZE: '5',
    CONTACT_REPOSITORY_URL: `http://127.0.0.1:${toServices['contact-repository'].port}`,
    CONTACT_EDIT_URL: `http://127.0.0.1:${toServices['contact-edit'].port}`,
    MULTI_CHAPTER_MEMBERSHIP_URL: `http://127.0.0.1:${toServices['multi-chapter-membership'].port}`,
  };

  async function startInstance(service: ServiceName, port: number): Promise<Instance> {
    const toDatabase = await startTcpProxy([postgres.port]);
    const toBroker = await startTcpProxy([Number(new URL(brokerUrl).port)]);
    const name = `${service}:${port}`;
    const env = {
      ...common,
      PORT: String(port),
      DATABASE_URL: throughProxy(databases[service], toDatabase),
      AMQP_URL: throughProxy(brokerUrl, toBroker),
    };
    const program = join(root, 'services', service, 'src/main.ts');
    return {
      process: startSupervised({ name, program, env, logFile: join(dir, `${name}.log`) }),
      toService: toServices[service],
      toDatabase,
      toBroker,
    };
  }

  const instances = await eachService((service) =>
    Promise.all(ports.services[service].map((port) => startInstance(service, port))),
  );
  const gateway = startSupervised({
    name: 'gateway',
    program: join(root, 'gateway/src/main.ts'),
    env: { ...common, PORT: String(ports.gateway) },
    logFile: join(dir, 'gateway.log'),
  });
  const allInstances = Object.values(instances).flat();

  return {
    url: `http://127.0.0.1:${ports.gateway}`,
    databases,
    instances: allInstances,
    gateway,
    postgres,
    ways: {
      'to a service': Object.values(toServices),
      'to a database': allInstances.map(({ toDatabase }) => toDatabase),
      'to the broker': allInstances.map(({ toBroker }) => toBroker),
    },
    /** Asks every process to stop. @returns those that did not end in order. */
    async stop(): Promise<string[]> {
      const processes = [gateway, ...allInstances.map((instance) => instance.process)];
      const codes = await Promise.all(processes.map(async ({ name, stop }) => ({ name, code: await stop() })));
      const proxies = [...Object.values(toServices), ...allInstances.flatMap((i) => [i.toDatabase, i.toBroker])];
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await postgres.stop();
      return codes.flatMap(({ name, code }) => (code === 0 ? [] : [`${name} ended with ${code}`]));
    },
  };
}

async function eachService<T>(make: (service: ServiceName) => Promise<T>): Promise<Record<ServiceName, T>> {
  return {
    'contact-repository': await make('contact-repository'),
    'contact-edit': await make('contact-edit'),
    'multi-chapter-membership': await make('multi-chapter-membership'),
  };
}

function throughProxy(url: string, { port }: TcpProxy): string {
  return Object.assign(new URL(url), { port: String(port) }).href;
}

/** A PostgreSQL that comes back on the same port with the same data. */
async function startRestartablePostgres(dir: string) {
  let current = await startPostgres({ dir });
  const { port } = current;
  const adminUrl = current.adminUrl();
  const create = (service: ServiceName) => {
    const name = service.replaceAll('-', '_');
    return ensureDatabase(adminUrl, { database: name, user: name });
  };
  return {
    port,
    databases: await eachService(create),
    async restart() {
      await current.stop();
      current = await startPostgres({ dir, port });
    },
    /** kill -9 of the server, and its recovery. */
    async crash() {
      const [pid] = readFileSync(join(dir, 'data/postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await current.ended;
      await sleep(200);
      current = await startPostgres({ dir, port });
    },
    stop: () => current.stop(),
  };
}
