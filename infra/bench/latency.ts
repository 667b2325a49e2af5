import { setTimeout as sleep } from 'node:timers/promises';
import { startBareBroker, type BareBroker } from './bare-broker.ts';
import type { Bench } from './endpoints.ts';
import { median, pacedLoad, percentile } from './load.ts';
import { ask } from './sample.ts';
import { watchCores } from './usage.ts';

interface Times {
  medianMs: number;
  p99Ms: number;
}

interface PacedResult {
  /** Writes a second. */
  perSecond: number;
  /** From the commit in one service to the commit in another. */
  copied: Times;
  /** From publishing with bare amqplib to delivery, on the same broker. */
  bare: Times;
  /** Median by median: the median of the pairs. */
  ratio: number;
  /** Which part of the machine's cores was at work while it was written: where hardly any is left, all wait. */
  busy: number;
}

export interface LatencyResult {
  /** The same of the first writes, at many a second. */
  atStart: Times;
  /** At few writes a second, and at many. */
  paced: PacedResult[];
}

const few = 20;
const many = 200;
/** Until V8 has compiled what is asked often, and each connection has planned it: at 200 a second that took 30 s. */
const warmUpSeconds = 40;
/** In a second, two writes decide on the slowest hundredth. */
const leastSeconds = 10;

/**
 * How long a change takes from Contact Repository to Contact Edit. Both databases are on one server, which tells by one
 * clock when each row's last change was committed.
 */
export async function measureLatency(bench: Bench, brokerUrl: string): Promise<LatencyResult> {
  const bare = await startBareBroker(brokerUrl);
  const first = await copyTimes(bench, { perSecond: many, seconds: warmUpSeconds, round: 'start' });
  await bare.roundTrips({ perSecond: many, seconds: warmUpSeconds });
  const paced = [await measurePaced(bench, bare, few), await measurePaced(bench, bare, many)];
  await bare.close();
  return { atStart: summary(first), paced };
}

async function measurePaced(bench: Bench, bare: BareBroker, perSecond: number): Promise<PacedResult> {
  const seconds = Math.max(bench.seconds, leastSeconds);
  const copied: number[][] = [];
  const bareTimes: number[][] = [];
  const busy: number[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const busySince = watchCores();
    copied.push(await copyTimes(bench, { perSecond, seconds, round }));
    busy.push(busySince());
    bareTimes.push(await bare.roundTrips({ perSecond, seconds }));
  }
  return {
    perSecond,
    copied: summary(copied.flat()),
    bare: summary(bareTimes.flat()),
    ratio: median(copied.map((times, round) => median(times) / median(bareTimes[round] ?? []))),
    busy: median(busy),
  };
}

async function copyTimes(
  { databases, system, sample }: Bench,
  { perSecond, seconds, round }: { perSecond: number; seconds: number; round: number | 'start' },
): Promise<number[]> {
  const ids = sample.ids.slice(0, perSecond * seconds);
  // As with most addresses, a few others have its word, too. One that all of them gain would have them wait in a row.
  const addresses = Math.ceil(ids.length / 4);
  const requests = ids.map((id, i) => ({
    method: 'PUT' as const,
    path: `/api/v1/contacts/${id}`,
    body: { email: `at${perSecond}x${round}i${i % addresses}@example.no` },
  }));
  const url = system.services['contact-repository'].url;
  // Those that were refused are not waited for.
  await pacedLoad(url, requests, {
    perSecond,
    seconds: Math.min(seconds, ids.length / perSecond),
  });

  const commits = `SELECT id, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8 AS at FROM contacts
    WHERE id = ANY($1) AND email LIKE $2`;
  const commitsIn = (database: string) =>
    ask<{ id: string; at: number }>(database, commits, [ids, `at${perSecond}x${round}i%`]);
  const written = await commitsIn(databases['contact-repository']);
  let arrived = await commitsIn(databases['contact-edit']);
  while (arrived.length < written.length) {
    await sleep(200);
    arrived = await commitsIn(databases['contact-edit']);
  }
  const writtenAt = new Map(written.map(({ id, at }) => [id, at]));
  return arrived.map(({ id, at }) => at - (writtenAt.get(id) ?? NaN));
}

function summary(times: number[]) {
  const sorted = Float64Array.from(times).sort();
  return { medianMs: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
}
