import { measureBacklog } from './backlog.ts';
import { reads, writes, type Case } from './cases.ts';
import { measureClaim } from './claim.ts';
import { copyOrganisation, dropCopies, openOrganisation, type BenchPostgres } from './databases.ts';
import { measureCase, type Bench, type CaseResult } from './endpoints.ts';
import { measureLatency } from './latency.ts';
import { measureMemory } from './memory.ts';
import type { Options } from './options.ts';
import { measurePeer } from './peer.ts';
import { startSystem } from './programs.ts';
import { measureProxies } from './proxies.ts';
import type { SizeResults } from './results.ts';
import { takeSample } from './sample.ts';
import { warmUp } from './warm-up.ts';

interface Size {
  postgres: BenchPostgres;
  brokerUrl: string;
  contacts: number;
  isLargest: boolean;
  options: Options;
}

const backlogEvents = 100_000;
const claimRows = 1_000_000;

/** Everything that is asked for, with one number of contacts: first what only reads, then what writes, on copies. */
export async function measureSize({ postgres, brokerUrl, contacts, isLargest, options }: Size): Promise<SizeResults> {
  const { only, peer, rounds, seconds, minutes } = options;
  const wanted = (name: string) => only.includes(name) && isLargest;
  const results: SizeResults = { contacts, cases: {} };

  const databases = await openOrganisation(postgres, contacts);
  const sample = await takeSample(databases);
  const system = await startSystem(databases, brokerUrl);
  const bench: Bench = { postgres, databases, system, sample, rounds, seconds };
  await warmUp(bench);
  Object.assign(results.cases, await measureCases(bench, reads, only));
  if (wanted('proxies')) results.proxies = await measureProxies(bench);
  if (peer && isLargest) results.peer = await measurePeer(bench);
  if (wanted('memory')) results.memory = await measureMemory(bench, minutes);
  await system.stop();

  if (!Object.keys(writes).some((name) => only.includes(name)) && !['latency', 'backlog', 'claim'].some(wanted))
    return results;
  const copies = await copyOrganisation(postgres, contacts);
  const onCopies: Bench = { ...bench, databases: copies, system: await startSystem(copies, brokerUrl) };
  await warmUp(onCopies);
  if (wanted('latency')) results.latency = await measureLatency(onCopies, brokerUrl);
  Object.assign(results.cases, await measureCases(onCopies, writes, only));
  await onCopies.system.stop();
  if (wanted('backlog')) results.backlog = await measureBacklog(onCopies, brokerUrl, backlogEvents);
  if (wanted('claim')) results.claim = await measureClaim(copies['contact-repository'], claimRows, minutes * 60);
  await dropCopies(postgres, contacts);
  return results;
}

async function measureCases(
  bench: Bench,
  cases: Record<string, Case>,
  only: string[],
): Promise<Record<string, CaseResult>> {
  const measured: Record<string, CaseResult> = {};
  for (const [name, kind] of Object.entries(cases)) {
    if (!only.includes(name)) continue;
    process.stdout.write(`  ${name}\n`);
    measured[name] = await measureCase(bench, kind);
  }
  return measured;
}
