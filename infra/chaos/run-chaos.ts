import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, BrokerControl } from '@kontakt/testing';
import { checkLedger } from './check-ledger.ts';
import { createSend, type Outcome } from './client.ts';
import { openCopies, type Copies } from './copies.ts';
import { faultKinds, type FaultKind, type Scene } from './faults.ts';
import type { Person } from './ledger.ts';
import { createRandom, type Random } from './random.ts';
import { startSystem } from './start-system.ts';
import { runWriter } from './writer.ts';

interface ChaosOptions {
  seed: number;
  /** How many, of each kind. */
  faults: Partial<Record<FaultKind, number>>;
  broker: Required<Pick<Broker, 'url' | 'control'>>;
  log: (line: string) => void;
}

export interface ChaosReport {
  faults: number;
  /** Writes, by what the writers were told of them. */
  writes: Record<Outcome, number>;
  contacts: number;
  /** From the end of the last fault to equal copies and empty outboxes. */
  settledAfterMs: number;
  /** What should not be. */
  problems: string[];
}

const writers = 5;
const settleMs = 30_000;

/**
 * Writes, lets things go wrong, and looks at what is left. The seed decides what is written, what goes wrong and where.
 */
export async function runChaos({ seed, faults, broker, log }: ChaosOptions): Promise<ChaosReport> {
  const dir = await mkdtemp(join(tmpdir(), 'kontakt-chaos-'));
  const system = await startSystem({ dir, brokerUrl: broker.url });
  const report = await runIn({ system, broker: broker.control }, { seed, faults, log }).catch(
    async (error: unknown) => {
      await system.stop();
      throw error;
    },
  );
  report.problems.push(...(await system.stop()));

  if (report.problems.length === 0) await rm(dir, { recursive: true, force: true });
  else log(`what was logged and stored is in ${dir}`);
  return report;
}

async function runIn(scene: Scene, { seed, faults, log }: Omit<ChaosOptions, 'broker'>): Promise<ChaosReport> {
  const writes = { acknowledged: 0, refused: 0, unknown: 0 };
  const send = createSend(scene.system.url, writes);
  await untilReady(scene.system.url);

  const stopping = new AbortController();
  const ledgers = Promise.all(
    Array.from({ length: writers }, (_, number) =>
      runWriter({ number, send, random: createRandom(seed + number + 1), stopping: stopping.signal }),
    ),
  );
  const kinds = inAnyOrder(namesOf(faults), createRandom(seed));
  const problems = await injectAll(kinds, createRandom(seed), scene, (line) => {
    log(`${line}  (${writes.acknowledged} writes acknowledged, ${writes.unknown} unknown)`);
  });
  const lastFault = Date.now();
  stopping.abort();
  const persons = (await ledgers).flat();

  const copies = openCopies(scene.system.databases);
  problems.push(...(await settle(copies, lastFault)));
  const settledAfterMs = Date.now() - lastFault;
  const { problems: otherwise, gone } = await checkLedger(persons, send);
  problems.push(...otherwise, ...(await remains(copies, gone)), ...(await deadLetters(scene.broker)));
  await copies.close();
  return { faults: kinds.length, writes, contacts: persons.length, settledAfterMs, problems };
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error('the system is not ready after a minute');
}

/** Faults one after the other, and over one another when they last. @returns those that could not be brought about. */
async function injectAll(
  kinds: FaultKind[],
  random: Random,
  scene: Scene,
  log: (line: string) => void,
): Promise<string[]> {
  const failed: string[] = [];
  const underWay = new Map<string, Promise<void>>();
  for (const [i, kind] of kinds.entries()) {
    const { target, inject } = faultKinds[kind](random, scene);
    await underWay.get(target);
    log(`${i + 1}/${kinds.length}: ${kind}: ${target}`);
    const injected = inject().catch((error: unknown) => {
      failed.push(`the fault "${kind}" of ${target} failed: ${String(error)}`);
    });
    underWay.set(target, injected);
    await sleep(random.between(50, 700));
  }
  await Promise.all(underWay.values());
  return failed;
}

function namesOf(counts: ChaosOptions['faults']): FaultKind[] {
  const isKind = (name: string): name is FaultKind => Object.hasOwn(faultKinds, name);
  return Object.entries(counts).flatMap(([name, count]) => (isKind(name) ? Array<FaultKind>(count).fill(name) : []));
}

/** Fisher and Yates' shuffle. */
function inAnyOrder<T>(things: T[], random: Random): T[] {
  const left = [...things];
  return things.flatMap(() => left.splice(random.between(0, left.length - 1), 1));
}

/** Waits until all copies are equal and nothing is under way. @returns what is not so when the time is over. */
async function settle(copies: Copies, since: number): Promise<string[]> {
  for (;;) {
    const differences = await copies.differences().catch((error: unknown) => [String(error)]);
    if (differences.length === 0) return [];
    if (Date.now() - since > settleMs) return differences.slice(0, 20);
    await sleep(200);
  }
}

/** What is left of people who are gone, in any column of any table. */
async function remains(copies: Copies, gone: Person[]): Promise<string[]> {
  const rows = await copies.everything();
  return gone.flatMap(({ marker, phone }) =>
    rows.filter((row) => row.includes(marker) || row.includes(phone)).map((row) => `left of ${marker}: ${row}`),
  );
}

async function deadLetters({ ctl }: BrokerControl): Promise<string[]> {
  const queues = (await ctl('list_queues', '--no-table-headers', 'name', 'messages')).trim().split('\n');
  return queues.filter((line) => /dead-letters\s+[1-9]/.test(line)).map((line) => `dead letters: ${line}`);
}
