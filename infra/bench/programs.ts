import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@kontakt/embedded-postgres';
import { root } from '../local/config.ts';
import type { DatabaseUrls } from '../local/databases.ts';
import { serviceNames, type ServiceName } from './databases.ts';

/** A server in a process of its own. */
export interface Program {
  url: string;
  pid: number;
  stop: () => Promise<void>;
}

/**
 * Starts one, and waits until it says where it answers. Its log goes where a deployment's costs nothing more either: it
 * is written, and nobody reads it.
 */
export async function startProgram(program: string, env: NodeJS.ProcessEnv): Promise<Program> {
  const child = spawn(process.execPath, [...profiling(program), join(root, program)], {
    // Started so, a program ends when whoever started it is gone.
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      npm_lifecycle_event: 'bench',
      // As the images have it.
      NODE_OPTIONS: '--max-semi-space-size=8 --max-old-space-size=512',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await answersAt(child, program);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** BENCH_PROFILE names a directory in which each program leaves a profile of where its time went. */
function profiling(program: string): string[] {
  const dir = process.env.BENCH_PROFILE;
  if (dir === undefined) return [];
  return [
    '--cpu-prof',
    `--cpu-prof-dir=${dir}`,
    `--cpu-prof-name=${program.replaceAll('/', '-')}-${Date.now()}.cpuprofile`,
  ];
}

function answersAt(child: ChildProcess, program: string): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
      const [, url] = /answers at (http:\S+)/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => {
      reject(new Error(`${program} has ended: ${said}`));
    });
  });
}

export interface System {
  services: Record<ServiceName, Program>;
  gateway: Program;
  stop: () => Promise<void>;
}

/** The three services and the gateway, as they are deployed, but for the limit of a client's requests. */
export async function startSystem(databases: DatabaseUrls, brokerUrl: string): Promise<System> {
  const [repository = 0, edit = 0, membership = 0] = await Promise.all(serviceNames.map(freePort));
  const ports = { 'contact-repository': repository, 'contact-edit': edit, 'multi-chapter-membership': membership };
  const common = {
    INTERNAL_TOKEN: randomBytes(32).toString('base64url'),
    DEFAULT_ORG_ID: 'org_01',
    AMQP_URL: brokerUrl,
    RATE_LIMIT: '0',
    CONTACT_REPOSITORY_URL: `http://127.0.0.1:${repository}`,
    CONTACT_EDIT_URL: `http://127.0.0.1:${edit}`,
    MULTI_CHAPTER_MEMBERSHIP_URL: `http://127.0.0.1:${membership}`,
  };
  const start = (service: ServiceName) =>
    startProgram(`services/${service}/src/main.ts`, {
      ...common,
      PORT: String(ports[service]),
      DATABASE_URL: databases[service],
    });
  const services = {
    'contact-repository': await start('contact-repository'),
    'contact-edit': await start('contact-edit'),
    'multi-chapter-membership': await start('multi-chapter-membership'),
  };
  const gateway = await startProgram('gateway/src/main.ts', common);
  return {
    services,
    gateway,
    async stop() {
      await Promise.all([gateway, ...Object.values(services)].map((program) => program.stop()));
    },
  };
}
