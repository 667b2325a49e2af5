import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { dockerProblem } from '../src/docker.ts';
import { providePostgres } from '../src/postgres-provider.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** Starts something that could be a Docker engine, and answers its DOCKER_HOST. */
async function listening(server: Server): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `tcp://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
}

test('when TEST_DATABASE_URL is set, then that server is used, and nothing is started or stopped', async () => {
  const url = 'postgresql://somebody@db.example/postgres';
  const provided = await providePostgres({ TEST_DATABASE_URL: url, DOCKER_HOST: 'unix:///nowhere.sock' });
  expect(provided).toMatchObject({ provider: 'TEST_DATABASE_URL', adminUrl: url, isOurs: false });
  expect(provided).not.toHaveProperty('passedOver');
  await provided.stop();
});

test('when an engine answers but starts no container, then the embedded server is used, and it is said why', async () => {
  const asked: unknown[] = [];
  const engine = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(request.url?.endsWith('/_ping') === true ? 200 : 500).end('{"message":"no more room"}');
  });
  // In a process of its own, as the library for containers reads the environment itself.
  const script = join(import.meta.dirname, 'provide.ts');
  const env = { PATH: process.env.PATH, DOCKER_HOST: await listening(engine) };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });

  expect(stdout).toMatch(/^embedded: testcontainers, since a container of postgres:18 could not be started: ./);
  expect(asked.length).toBeGreaterThan(1);
});

test('when no Docker engine answers, then it is said why, at once', async () => {
  const silent = createSocketServer();
  const silentHost = await listening(silent);
  silent.on('connection', (socket) => silent.once('close', () => socket.destroy()));

  expect(await dockerProblem({ DOCKER_HOST: 'unix:///nowhere.sock' })).toBe('there is no /nowhere.sock');
  expect(await dockerProblem({ DOCKER_HOST: 'tcp://127.0.0.1:1' })).toMatch(/^no Docker engine at .*ECONNREFUSED/);
  expect(await dockerProblem({ DOCKER_HOST: silentHost })).toMatch(/no answer in 1 s$/);
  for (const host of ['ssh://elsewhere', 'nonsense'])
    expect(await dockerProblem({ DOCKER_HOST: host })).toBe(`DOCKER_HOST=${host} is of a kind that is not tried`);
});
