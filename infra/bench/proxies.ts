import { reads } from './cases.ts';
import type { Bench } from './endpoints.ts';
import { median, pacedLoad } from './load.ts';
import { measureInTurn, medianOf, ratioOf, type Measurement, type Target } from './measure.ts';
import { startNginx } from './nginx.ts';
import { startProgram } from './programs.ts';

export interface ProxyResult {
  /** `direct`, `gateway`, `bare proxy` and, where it is installed, `nginx`. */
  medians: Record<string, Measurement>;
  /** The gateway's throughput as a part of the other's. */
  ratios: Record<string, number>;
  /** At half the gateway's throughput: each way's median latency in ms, and what the gateway adds to it. */
  atHalfLoad: { perSecond: number; medianMs: Record<string, number>; addedMs: number };
}

/** The gateway beside other proxies in front of the same service, which is asked for one contact at a time. */
export async function measureProxies({ postgres, system, sample, rounds, seconds }: Bench): Promise<ProxyResult> {
  const service = system.services['contact-repository'];
  const bare = await startProgram('infra/bench/bare-proxy.ts', { UPSTREAM: service.url });
  const nginx = await startNginx(service.url);
  const programs = { direct: service, gateway: system.gateway, 'bare proxy': bare, ...(nginx && { nginx }) };
  const requests = reads.get?.requests(sample, 0) ?? [];
  const targets: Target[] = Object.entries(programs).map(([name, { url, pid }]) => ({
    name,
    url,
    pid,
    requests: () => requests,
  }));

  const measured = await measureInTurn(postgres, targets, { rounds, seconds });
  const medians = Object.fromEntries(targets.map(({ name }) => [name, medianOf(measured[name] ?? [])]));
  const perSecond = Math.round((medians.gateway?.perSecond ?? 0) / 2);
  const paced: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const { name, url } of targets) {
      const { medianMs } = await pacedLoad(url, requests, { perSecond, seconds });
      (paced[name] ??= []).push(medianMs);
    }
  }
  await Promise.all([bare.stop(), nginx?.stop()]);

  const others = targets.map(({ name }) => name).filter((name) => name !== 'gateway');
  return {
    medians,
    ratios: Object.fromEntries(others.map((name) => [name, ratioOf(measured.gateway ?? [], measured[name] ?? [])])),
    atHalfLoad: {
      perSecond,
      medianMs: Object.fromEntries(Object.entries(paced).map(([name, times]) => [name, median(times)])),
      addedMs: median((paced.gateway ?? []).map((ms, round) => ms - (paced.direct?.[round] ?? NaN))),
    },
  };
}
