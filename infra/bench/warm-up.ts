import { atGateway, reads } from './cases.ts';
import { serviceNames } from './databases.ts';
import type { Bench } from './endpoints.ts';
import { fullLoad } from './load.ts';

/**
 * Asks each service, and then the gateway, for what is asked often, until V8 has compiled it: until then a request took
 * up to four times as much processor, on a slow machine for 20,000 of them.
 */
export async function warmUp({ system, sample }: Pick<Bench, 'system' | 'sample'>): Promise<void> {
  const cases = Object.values(reads).filter(({ connections }) => connections === undefined);
  const few = cases.flatMap(({ service, requests }) =>
    requests(sample, 0)
      .slice(0, 160)
      .map((request) => ({ service, request })),
  );
  const full = { connections: 16, seconds: 8 };
  for (const name of serviceNames) {
    const its = few.filter(({ service }) => service === name).map(({ request }) => request);
    await fullLoad(system.services[name].url, its, full);
  }
  const all = few.map(({ service, request }) => atGateway(service, request));
  await fullLoad(system.gateway.url, all, full);
}
