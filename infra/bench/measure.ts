import { setTimeout as sleep } from 'node:timers/promises';
import { asAdmin, type BenchPostgres } from './databases.ts';
import { fullLoad, median, type Load, type Request } from './load.ts';
import { cpuOf, cpuOfChildren, memoryOf } from './usage.ts';

const quietWithinMs = 60_000;

/** Something that answers the same requests as others. */
export interface Target {
  name: string;
  url: string;
  pid: number;
  requests: (round: number) => Request[];
}

export interface Measurement extends Load {
  /** Microseconds of CPU a request, of the process that was asked. */
  cpuUs: number;
  /** The same of PostgreSQL. */
  postgresUs: number;
  statements: number;
  memoryMb: number;
}

interface Rounds {
  rounds: number;
  seconds: number;
  connections?: number | undefined;
  /** How many requests a round, instead of how long. */
  each?: number | undefined;
}

/**
 * Loads the targets in turn, A B A B …: whatever else the machine does meets all of them.
 * @returns target → one measurement a round.
 */
export async function measureInTurn(
  postgres: BenchPostgres,
  targets: Target[],
  { rounds, seconds, connections = 16, each }: Rounds,
): Promise<Record<string, Measurement[]>> {
  const measured: Record<string, Measurement[]> = Object.fromEntries(targets.map(({ name }) => [name, []]));
  // A target's rounds are its own, so that what one uses up is there for the other.
  let turn = 0;
  const amounts = new Map<Target, number | undefined>();
  for (const target of targets) {
    amounts.set(target, each ?? (await amountIfSlow(target, target.requests(turn++), { connections, seconds })));
  }
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) {
      const load = () =>
        fullLoad(target.url, target.requests(turn++), { connections, seconds, amount: amounts.get(target) });
      measured[target.name]?.push(await measureOnce(postgres, target.pid, load));
    }
  }
  return measured;
}

/** Warms up. @returns how many to ask for where the time of a round is not enough for a few. */
async function amountIfSlow(
  { url }: Target,
  requests: Request[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<number | undefined> {
  const { perSecond } = await fullLoad(url, requests, { connections, seconds: Math.min(2, seconds) });
  const few = Math.max(6, 2 * connections);
  return perSecond * seconds < few ? few : undefined;
}

async function measureOnce(postgres: BenchPostgres, pid: number, put: () => Promise<Load>): Promise<Measurement> {
  await untilQuiet(postgres);
  const before = { cpu: cpuOf(pid), postgres: cpuOfChildren(postgres.pid), calls: await countStatements(postgres) };
  const load = await put();
  const after = { cpu: cpuOf(pid), postgres: cpuOfChildren(postgres.pid), calls: await countStatements(postgres) };
  return {
    ...load,
    cpuUs: (after.cpu - before.cpu) / load.requests,
    postgresUs: (after.postgres - before.postgres) / load.requests,
    statements: (after.calls - before.calls) / load.requests,
    memoryMb: memoryOf(pid),
  };
}

/** What the writes before have brought about elsewhere is not this measurement's. */
async function untilQuiet(postgres: BenchPostgres): Promise<void> {
  const deadline = Date.now() + quietWithinMs;
  for (let before = await countStatements(postgres); Date.now() < deadline;) {
    await sleep(200);
    const now = await countStatements(postgres);
    // Relays that look into empty outboxes.
    if (now - before < 10) return;
    before = now;
  }
}

/** All that clients have sent so far, but for what is asked here. */
async function countStatements(postgres: BenchPostgres): Promise<number> {
  const [row] = await asAdmin<{ calls: number }>(
    postgres,
    `SELECT coalesce(sum(calls), 0)::float8 AS calls FROM pg_stat_statements WHERE toplevel AND userid <> 10`,
  );
  return row?.calls ?? 0;
}

/** Each number's median over the rounds; failures are added up. */
export function medianOf(rounds: Measurement[]): Measurement {
  const of = (name: keyof Measurement) => median(rounds.map((round) => round[name]));
  return {
    requests: rounds.reduce((sum, { requests }) => sum + requests, 0),
    perSecond: of('perSecond'),
    medianMs: of('medianMs'),
    p99Ms: of('p99Ms'),
    failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
    cpuUs: of('cpuUs'),
    postgresUs: of('postgresUs'),
    statements: of('statements'),
    memoryMb: of('memoryMb'),
  };
}

/** The median of the pairs' ratios, a pair being two measurements of one round. */
export function ratioOf(ours: Measurement[], theirs: Measurement[]): number {
  return median(ours.map(({ perSecond }, round) => perSecond / (theirs[round]?.perSecond ?? NaN)));
}
