import cluster, { type Address, type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError, type Log, type Running } from '@kontakt/service-kit';

/** Before another worker takes the place of one that ended: one that cannot live is not started without a pause. */
const pauseMs = 1_000;

/**
 * Starts so many processes of this same program, which share its port: Node hands each connection to the next of them.
 * One that ends is replaced.
 * @throws StartError when one of them cannot start; it has said why.
 */
export async function startWorkers(count: number, log: Log): Promise<Running> {
  let isStopping = false;
  const workers = new Set<Worker>();

  function startWorker(): Worker {
    const worker = cluster.fork();
    workers.add(worker);
    worker.once('exit', (code, signal) => {
      workers.delete(worker);
      if (!isStopping) log.error({ pid: worker.process.pid, code, signal }, 'a worker ended');
    });
    return worker;
  }

  async function keep(worker: Worker): Promise<void> {
    await once(worker, 'exit');
    await sleep(pauseMs, undefined, { ref: false });
    if (!isStopping) void keep(startWorker());
  }

  async function stop(): Promise<void> {
    isStopping = true;
    await Promise.all(
      [...workers].map(async (worker) => {
        const ended = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        await ended;
      }),
    );
  }

  const first = Array.from({ length: count }, startWorker);
  const addresses = await Promise.all(first.map(untilListening));
  const [address] = addresses;
  if (!address || addresses.includes(undefined)) {
    await stop();
    throw new StartError('Not all of its workers have started.');
  }
  for (const worker of first) void keep(worker);
  return { url: `http://${address.address}:${address.port}`, stop };
}

/** Where it listens; undefined when it ended before. */
function untilListening(worker: Worker): Promise<Address | undefined> {
  return new Promise((resolve) => {
    worker.once('listening', resolve).once('exit', () => {
      resolve(undefined);
    });
  });
}
