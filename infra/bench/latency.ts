import { setTimeout as sleep } from 'node:timers/promises';
import { startBareBroker } from './bare-broker.ts';
import type { Bench } from './endpoints.ts';
import { median, pacedLoad, percentile } from './load.ts';
import { ask } from './sample.ts';

interface Times {
  medianMs: number;
  p99Ms: number;
}

export interface LatencyResult {
  /** Writes a second. */
  perSecond: number;
  /** From the commit in one service to the commit in another. */
  copied: Times;
  /** From publishing with bare amqplib to delivery, on the same broker. */
  bare: Times;
  /** Median by median: the median of the pairs. */
  ratio: number;
}

/**
 * How long a change takes from Contact Repository to Contact Edit. Both databases are on one server, which tells by one
 * clock when each row's last change was committed.
 */
export async function measureLatency(bench: Bench, brokerUrl: string, perSecond: number): Promise<LatencyResult> {
  const { seconds, rounds, sample } = bench;
  const bare = await startBareBroker(brokerUrl);
  const ids = sample.ids.slice(0, perSecond * seconds);
  const copied: number[][] = [];
  const bareTimes: number[][] = [];
  // The first round is to warm up.
  for (let round = 0; round <= rounds; round++) {
    copied.push(await copyTimes(bench, ids, { perSecond, round }));
    bareTimes.push(await bare.roundTrips({ perSecond, seconds }));
  }
  await bare.close();
  const ours = copied.slice(1);
  const theirs = bareTimes.slice(1);
  return {
    perSecond,
    copied: summary(ours.flat()),
    bare: summary(theirs.flat()),
    ratio: median(ours.map((times, round) => median(times) / median(theirs[round] ?? []))),
  };
}

async function copyTimes(
  { databases, system, seconds }: Bench,
  ids: string[],
  { perSecond, round }: { perSecond: number; round: number },
): Promise<number[]> {
  // As with most addresses, a few others have its words, too. One that all of them gain would have them wait in a row.
  const requests = ids.map((id, i) => ({
    method: 'PUT' as const,
    path: `/api/v1/contacts/${id}`,
    body: { email: `latency.${perSecond}.${round}i${i % 100}@example.no` },
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
    ask<{ id: string; at: number }>(database, commits, [ids, `latency.${perSecond}.${round}i%`]);
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
