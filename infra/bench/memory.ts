import { atGateway, reads } from './cases.ts';
import type { Bench } from './endpoints.ts';
import { fullLoad } from './load.ts';
import { memoryOf } from './usage.ts';

/** Program → megabytes in memory. */
export interface MemoryResult {
  minutes: number;
  highestMb: Record<string, number>;
  /** The highest of the last quarter as a part of the highest of the second; the first is for warming up. */
  growth: Record<string, number>;
}

const mixed = ['get', 'list', 'form get', 'by contact', 'membership get', 'mentor get'];

/** What the programs hold in memory while they are asked for all they can give, through the gateway. */
export async function measureMemory({ system, sample }: Bench, minutes: number): Promise<MemoryResult> {
  const programs = { ...system.services, gateway: system.gateway };
  const kinds = mixed.flatMap((name) => reads[name] ?? []);
  const perKind = kinds.map(({ service, requests }) =>
    requests(sample, 0).map((request) => atGateway(service, request)),
  );
  const requests = Array.from({ length: 6_000 }, (_, i) => {
    const ofKind = perKind[i % perKind.length] ?? [];
    return ofKind[i % ofKind.length] ?? [];
  }).flat();

  const seen: Record<string, number[]> = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let turn = 0; turn < minutes * 12; turn++) {
    await fullLoad(system.gateway.url, requests, { connections: 16, seconds: 5 });
    for (const [name, { pid }] of Object.entries(programs)) seen[name]?.push(memoryOf(pid));
  }
  const highest = (numbers: number[], from: number, to: number) =>
    Math.max(...numbers.slice(Math.floor(numbers.length * from), Math.ceil(numbers.length * to)));
  const each = (of: (numbers: number[]) => number) =>
    Object.fromEntries(Object.entries(seen).map(([name, numbers]) => [name, of(numbers)]));
  return {
    minutes,
    highestMb: each((numbers) => highest(numbers, 0, 1)),
    growth: each((numbers) => highest(numbers, 0.75, 1) / highest(numbers, 0.25, 0.5)),
  };
}
