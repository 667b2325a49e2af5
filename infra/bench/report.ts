import type { Measurement } from './measure.ts';
import type { SizeResults } from './results.ts';
import type { Verdict } from './targets.ts';

/** For the terminal. */

const columns = ['a second', 'median ms', 'p99 ms', 'CPU µs', 'PostgreSQL µs', 'statements', 'MB', 'failed'];

export function tableOf({ contacts, cases, proxies, peer }: SizeResults): string {
  const rows = Object.entries({ ...cases, ...peer?.cases }).flatMap(([name, { medians, ratios }]) =>
    rowsOf(name, medians, (target) => ratios[target.replace('floor: ', '')]),
  );
  const ofProxies = proxies ? rowsOf('proxies', proxies.medians, (target) => proxies.ratios[target]) : [];
  return [
    `\n${contacts.toLocaleString('en')} contacts (× is the service’s throughput, or the gateway’s, as a part of this one’s)`,
    line('', '', columns, '×'),
    ...rows,
    ...ofProxies,
  ].join('\n');
}

/** What was measured once, as it stands. */
export function restOf({ proxies, peer, latency, backlog, claim, memory }: SizeResults): string {
  const ofPeer = peer?.missing === undefined ? undefined : { notMeasured: peer.missing };
  const rest = { directus: ofPeer, 'gateway at half load': proxies?.atHalfLoad, latency, backlog, claim, memory };
  return Object.entries(rest)
    .flatMap(([name, values]) => (values ? [`${name}: ${JSON.stringify(values, rounded)}`] : []))
    .join('\n');
}

export function verdictsOf(verdicts: Verdict[]): string {
  return verdicts
    .map(({ what, wanted, unit, value, reached, ci, lost }) => {
      const asked = 'atMost' in wanted ? `≤ ${wanted.atMost}` : `≥ ${wanted.atLeast}`;
      const judged = lost === undefined ? '' : ` (--ci fails at ${ci ?? ''}${lost ? ': LOST' : ''})`;
      return `${reached ? 'reached' : 'missed '}  ${number(value).padStart(8)}  ${asked.padEnd(7)} ${unit.padEnd(6)} ${what}${judged}`;
    })
    .join('\n');
}

function rowsOf(
  name: string,
  medians: Record<string, Measurement>,
  ratio: (target: string) => number | undefined,
): string[] {
  return Object.entries(medians).map(([target, m], i) => {
    const values = [m.perSecond, m.medianMs, m.p99Ms, m.cpuUs, m.postgresUs, m.statements, m.memoryMb, m.failures];
    return line(i === 0 ? name : '', target, values.map(number), number(ratio(target)));
  });
}

function line(name: string, target: string, values: string[], ratio: string): string {
  const cells = values.map((value, i) => value.padStart(columns[i]?.length ?? 0));
  return [name.padEnd(20), target.padEnd(24), ...cells, ratio.padStart(6)].join('  ');
}

function number(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2);
}

const rounded = (_key: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value);
