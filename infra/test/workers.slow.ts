import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { createClient, waitFor } from '@kontakt/testing';
import { runPrograms } from './run-programs.ts';

const { run } = runPrograms();

const settings = {
  PORT: '0',
  INTERNAL_TOKEN: 'workers-workers-workers',
  CONTACT_REPOSITORY_URL: 'http://127.0.0.1:9',
  CONTACT_EDIT_URL: 'http://127.0.0.1:9',
  MULTI_CHAPTER_MEMBERSHIP_URL: 'http://127.0.0.1:9',
};

async function startWithTwo() {
  const gateway = run('gateway/src/main.ts', { ...settings, GATEWAY_WORKERS: '2' });
  const url = await waitFor(() => /Gateway answers at (\S+)/.exec(gateway.output())?.[1], { timeoutMs: 20_000 });
  return { ...gateway, url, isAlive: async () => (await createClient(url).get('/livez')).status };
}

/** What `ps` knows of the process. */
const workersOf = (pid: number | undefined) =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .map(Number)
    .filter(isRunning);

function isRunning(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('when a worker of the gateway ends, then the other goes on answering, and another takes its place', async () => {
  const gateway = await startWithTwo();
  const [one, other] = workersOf(gateway.child.pid);
  if (one === undefined || other === undefined) throw new Error('two workers were expected');
  process.kill(one, 'SIGKILL');
  await waitFor(() => gateway.output().includes('a worker ended'));
  for (let time = 0; time < 10; time++) expect(await gateway.isAlive()).toBe(200);
  const replaced = () => workersOf(gateway.child.pid).filter((pid) => pid !== one && pid !== other).length === 1;
  await waitFor(replaced, { timeoutMs: 10_000 });
});

test('when the gateway with workers is told to stop, then all of them have ended', async () => {
  const gateway = await startWithTwo();
  const workers = workersOf(gateway.child.pid);
  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
  expect(workers.filter(isRunning)).toEqual([]);
});

test('when the gateway with workers is killed, then its workers end', async () => {
  const gateway = await startWithTwo();
  const workers = workersOf(gateway.child.pid);
  gateway.child.kill('SIGKILL');
  await waitFor(() => !workers.some(isRunning), { timeoutMs: 10_000 });
});

test('when a worker cannot start, then the gateway does not, and says why', async () => {
  const first = await startWithTwo();
  const taken = new URL(first.url).port;
  const second = run('gateway/src/main.ts', { ...settings, PORT: taken, GATEWAY_WORKERS: '2' });
  expect(await second.exit).toBe(1);
  expect(second.output()).toMatch(new RegExp(`Port ${taken} is taken`));
});
