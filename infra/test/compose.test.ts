import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig as readContactEdit } from '@kontakt/contact-edit';
import { readConfig as readContactRepository } from '@kontakt/contact-repository';
import { startPostgres } from '@kontakt/embedded-postgres';
import { readConfig as readGateway } from '@kontakt/gateway';
import { readConfig as readMultiChapterMembership } from '@kontakt/multi-chapter-membership';
import { Client } from 'pg';
import { parse } from 'yaml';
import { readLocalConfig, root } from '../local/config.ts';

interface Container {
  build?: { args: { SERVICE: string } };
  environment: Record<string, string>;
  ports?: string[];
  networks: string[];
  healthcheck?: { disable?: boolean };
  restart: string;
}

const text = read('docker-compose.yml');
const example = parseEnv(read('.env.example'));
const used = [...new Set(Array.from(text.matchAll(/(?<=\$\{)\w+/g), ([name]) => name))];
const secrets = used.filter((name) => /PASSWORD|TOKEN$/.test(name));
const env = { ...example, ...Object.fromEntries(secrets.map((name) => [name, `secret-of-${name.toLowerCase()}`])) };

const containers = readContainers(env);
const own = Object.entries(containers).filter(([, { build }]) => build !== undefined);
const jobs = own.filter(([, { restart }]) => restart === 'no');
const services = own.filter(([, { restart }]) => restart !== 'no');

const readConfigOf: Record<string, (env: NodeJS.ProcessEnv) => object> = {
  'contact-repository': readContactRepository,
  'contact-edit': readContactEdit,
  'multi-chapter-membership': readMultiChapterMembership,
  gateway: readGateway,
};

test('when the containers of ours are listed, then they are the services and the gateway', () => {
  expect(services.map(([name]) => name).sort()).toEqual(Object.keys(readConfigOf).sort());
  expect(services.map(([, { build }]) => build?.args.SERVICE)).toEqual(services.map(([name]) => name));
});

test.each(services)('when %s gets its environment, then nothing is missing, wrong or unknown', (name, container) => {
  const config = readConfigOf[name]?.(container.environment) ?? {};
  expect(Object.keys(config)).toEqual(expect.arrayContaining(Object.keys(container.environment)));
});

test.each(jobs)(
  'when %s runs, then it migrates the database of the service of its image',
  (_name, { build, environment }) => {
    const service = containers[build?.args.SERVICE ?? ''];
    expect(environment).toEqual({ DATABASE_URL: service?.environment.DATABASE_URL });
  },
);

test('when addresses of services are given, then they are those of containers', () => {
  const urls = services.flatMap(([, { environment }]) =>
    Object.entries(environment).filter(
      ([name]) => name.endsWith('_URL') && !['DATABASE_URL', 'AMQP_URL', 'REDIS_URL'].includes(name),
    ),
  );
  expect(urls).toHaveLength(5);
  for (const [name, url] of urls) {
    expect(url).toBe(`http://${name.slice(0, -'_URL'.length).toLowerCase().replaceAll('_', '-')}:8080`);
  }
});

test('when a container can be reached from outside, then it is the gateway, which cannot reach the databases', () => {
  expect(Object.keys(containers).filter((name) => containers[name]?.ports)).toEqual(['gateway']);
  expect(containers.gateway?.networks).not.toEqual(expect.arrayContaining(containers.postgres?.networks ?? []));
});

test('when a container goes on running, then its health is checked', () => {
  const image = read('infra/images/Dockerfile');
  const checked = Object.entries(containers).filter(
    ([, { build, healthcheck }]) => !healthcheck?.disable && (healthcheck ?? (build && image.includes('HEALTHCHECK'))),
  );
  const running = Object.entries(containers).filter(([, { restart }]) => restart === 'unless-stopped');
  expect(checked.map(([name]) => name)).toEqual(running.map(([name]) => name));
  expect(Object.keys(containers)).toHaveLength(running.length + jobs.length);
});

describe('.env.example', () => {
  test('when docker-compose.yml reads a variable, then it is there', () => {
    expect(Object.keys(example)).toEqual(expect.arrayContaining(used));
  });

  test.each(secrets)('when %s is not given, then nothing starts, and there is no example to copy', (name) => {
    expect(example[name]).toBe('');
    expect(() => readContainers({ ...env, [name]: '' })).toThrow(name);
  });

  test('when it is used as it is, then npm start has settings, and all that it can have are there', () => {
    const url = 'postgresql://localhost/somewhere';
    Object.assign(process.env, example, {
      DATABASE_URL_CONTACT_REPOSITORY: url,
      DATABASE_URL_CONTACT_EDIT: url,
      DATABASE_URL_MULTI_CHAPTER_MEMBERSHIP: url,
      AMQP_URL: 'amqp://localhost',
    });
    const settings = Object.keys(readLocalConfig());
    expect(Object.keys(example).sort()).toEqual([...new Set([...settings, ...used, 'COMPOSE_PROJECT_NAME'])].sort());
  });
});

test('when Docker Compose reads the file, then it understands it as these tests do', () => {
  const compose = [['docker', 'compose'], ['docker-compose']].find(
    (command) => run([...command, 'version']).status === 0,
  );
  if (compose === undefined) {
    say('NOT TRIED: docker-compose.yml was not read by Docker Compose, which is not installed here.');
    return;
  }
  say(`docker-compose.yml was read by: ${run([...compose, 'version']).stdout.split('\n', 1)[0] ?? ''}`);
  const files = ['--file', join(root, 'docker-compose.yml'), '--env-file', join(root, '.env.example')];
  const config = [...compose, ...files, 'config'];

  const { status, stdout, stderr } = run(config, env);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const understood = parse(stdout) as { services: Record<string, Container> };
  expect(environmentsOf(understood.services)).toEqual(environmentsOf(containers));

  expect(run(config, { ...env, INTERNAL_TOKEN: '' }).stderr).toContain('see .env.example');
});

describe('postgres-init.sql', () => {
  const hasPsql = run(['psql', '--version']).status === 0;
  let postgres: Awaited<ReturnType<typeof startPostgres>>;
  beforeAll(async () => {
    postgres = await startPostgres({ dir: mkdtempSync(join(tmpdir(), 'kontakt-init-')), ephemeral: true });
    if (!hasPsql) say('NOT TRIED: postgres-init.sql, as psql is not installed here.');
  });
  afterAll(() => postgres.stop());

  test('when the postgres image runs it, then the URL of each service opens its own database and no other', async () => {
    if (!hasPsql) return;
    // As the image does.
    const psql = ['psql', '-v', 'ON_ERROR_STOP=1', '--no-psqlrc', '--dbname', postgres.adminUrl()];
    const { environment = {} } = containers.postgres ?? {};
    expect(run([...psql, '-f', join(root, 'infra/images/postgres-init.sql')], environment)).toMatchObject({
      status: 0,
    });

    const urls = jobs.map(([, job]) => new URL(job.environment.DATABASE_URL ?? ''));
    expect(urls.map(({ host }) => host)).toEqual(['postgres', 'postgres', 'postgres']);
    const databases = [...urls.map(({ pathname }) => pathname), '/postgres', '/template1'];
    for (const url of urls) {
      url.host = `127.0.0.1:${postgres.port}`;
      for (const pathname of databases) {
        const opening = open(Object.assign(new URL(url), { pathname }));
        if (pathname === url.pathname) await expect(opening).resolves.toBe('C.UTF-8');
        else await expect(opening).rejects.toThrow('permission denied for database');
      }
    }
  });
});

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** What Docker Compose makes of the file's variables, as far as the file uses what it can. */
function readContainers(env: NodeJS.Dict<string>): Record<string, Container> {
  const withValues = text.replace(
    /\$\{(\w+)(?::([?-])([^}]*))?\}/g,
    (_match, name: string, kind: string, rest: string) => {
      const value = env[name];
      if (value) return value;
      if (kind !== '-') throw new Error(`${name} is missing`);
      return rest;
    },
  );
  const { services } = parse(withValues, { merge: true }) as { services: Record<string, Container> };
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => {
      const environment = Object.entries(service.environment).map(([key, value]) => [
        key,
        (value as string | null) ?? '',
      ]);
      return [name, { ...service, environment: Object.fromEntries(environment) as Record<string, string> }];
    }),
  );
}

function environmentsOf(services: Record<string, Container>): Record<string, Record<string, string>> {
  return Object.fromEntries(Object.entries(services).map(([name, { environment }]) => [name, environment]));
}

/** Stands in the output of a test run, also of one that passes. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function run([command = '', ...args]: string[], env: NodeJS.Dict<string> = {}) {
  return spawnSync(command, args, { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });
}

/** Works in a database as the migrations do, and answers its collation. */
async function open(url: URL): Promise<string> {
  const client = new Client({ connectionString: url.href });
  try {
    await client.connect();
    await client.query('CREATE EXTENSION pg_trgm; CREATE TABLE a (b int)');
    const { rows } = await client.query('SELECT datcollate FROM pg_database WHERE datname = current_database()');
    return rows[0].datcollate;
  } finally {
    await client.end();
  }
}
