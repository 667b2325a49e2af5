import { atGateway, type Case } from './cases.ts';
import type { BenchPostgres } from './databases.ts';
import type { DatabaseUrls } from '../local/databases.ts';
import { notForTheRelay } from './floors.ts';
import { measureInTurn, medianOf, ratioOf, type Measurement, type Target } from './measure.ts';
import { startProgram, type Program, type System } from './programs.ts';
import { ask, type Sample } from './sample.ts';

export interface CaseResult {
  /** `service`, `gateway` and the floors → medians of the rounds. */
  medians: Record<string, Measurement>;
  /** Floor → the service's throughput as a part of the floor's: the median of the pairs. */
  ratios: Record<string, number>;
}

export interface Bench {
  postgres: BenchPostgres;
  databases: DatabaseUrls;
  system: System;
  sample: Sample;
  rounds: number;
  seconds: number;
}

/** One kind of request: to the service, to the floors, and through the gateway. */
export async function measureCase(
  bench: Bench,
  { service, floors = [], requests, connections, each }: Case,
): Promise<CaseResult> {
  const { postgres, databases, system, sample, rounds, seconds } = bench;
  const started: Program[] = [];
  const targets: Target[] = [targetOf('service', system.services[service])];
  for (const name of floors) {
    const floor = await startProgram('infra/bench/floor.ts', { FLOOR: name, DATABASE_URL: databases[service] });
    started.push(floor);
    targets.push(targetOf(`floor: ${name}`, floor));
  }
  const throughGateway = targetOf('gateway', system.gateway);
  targets.push({
    ...throughGateway,
    requests: (round) => throughGateway.requests(round).map((request) => atGateway(service, request)),
  });

  // Beside a floor, which has no copies elsewhere, a service is alone.
  const others = Object.values(system.services).filter((program) => program !== system.services[service]);
  const held = floors.length > 0 ? others : [];
  for (const { pid } of held) process.kill(pid, 'SIGSTOP');
  const measured = await measureInTurn(postgres, targets, { rounds, seconds, connections, each });
  for (const { pid } of held) process.kill(pid, 'SIGCONT');
  await Promise.all(started.map((program) => program.stop()));
  await ask(databases[service], `DELETE FROM outbox WHERE available_at = '${notForTheRelay}'`);
  return {
    medians: Object.fromEntries(targets.map(({ name }) => [name, medianOf(measured[name] ?? [])])),
    ratios: Object.fromEntries(
      floors.map((name) => [name, ratioOf(measured.service ?? [], measured[`floor: ${name}`] ?? [])]),
    ),
  };

  function targetOf(name: string, { url, pid }: Program): Target {
    return { name, url, pid, requests: (round) => requests(sample, round) };
  }
}
