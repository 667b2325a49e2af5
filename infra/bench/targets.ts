import type { Results, SizeResults } from './results.ts';

interface Target {
  what: string;
  /** At most or at least so much is wanted. */
  wanted: { atMost: number } | { atLeast: number };
  unit: 'ratio' | 'ms' | 'MB';
  /** Undefined where it was not measured. */
  of: (largest: SizeResults, results: Results) => number | undefined;
  /** Where `--ci` fails: far from what is measured, so that noise does not reach it. */
  ci?: number;
}

export interface Verdict extends Omit<Target, 'of'> {
  value: number;
  reached: boolean;
  /** Undefined where `--ci` does not judge. */
  lost: boolean | undefined;
}

const ofFloor =
  (name: string, floor = name) =>
  ({ cases }: SizeResults) =>
    cases[name]?.ratios[floor];
const ms =
  (name: string, which: 'medianMs' | 'p99Ms') =>
  ({ cases }: SizeResults) =>
    cases[name]?.medians.service?.[which];

const byCursor = ({ cases }: SizeResults) => {
  const [far, first] = ['far', 'first'].map((page) => cases[`${page} page by cursor`]?.medians.service?.medianMs);
  return far === undefined || first === undefined ? undefined : far / first;
};

/** How many times as long a median takes with the most contacts as with so many. */
const growth =
  (name: string, since: number) =>
  (largest: SizeResults, { sizes }: Results) => {
    const before = sizes.find(({ contacts }) => contacts === since);
    if (!before || before === largest) return undefined;
    const [now, then] = [largest, before].map(ms(name, 'medianMs'));
    return now === undefined || then === undefined ? undefined : now / then;
  };

const peers = ['by id', 'a list', 'a search'];

const highest = (numbers: Record<string, number> | undefined) => numbers && Math.max(...Object.values(numbers));

const selective = ['two words', 'misspelt', 'no hit'];
const searches = [...selective, 'one letter', 'common name', 'everybody'];

const targets: Target[] = [
  { what: 'get one contact, of the floor’s throughput', unit: 'ratio', wanted: { atLeast: 0.5 }, of: ofFloor('get'), ci: 0.25 },
  { what: 'list of 20 with exact total, of a floor that knows the total', unit: 'ratio', wanted: { atLeast: 0.4 }, of: ofFloor('list'), ci: 0.4 },
  { what: 'the same, of a floor that counts', unit: 'ratio', wanted: { atLeast: 0.4 }, of: ofFloor('list', 'list that counts') },
  { what: 'list of 20: median, times that with 10,000', unit: 'ratio', wanted: { atMost: 1.2 }, of: growth('list', 10_000) },
  { what: 'far page, of a floor with OFFSET that counts', unit: 'ratio', wanted: { atLeast: 1 }, of: ofFloor('far page', 'list that counts') },
  { what: 'far page by cursor: median, times that of the first page', unit: 'ratio', wanted: { atMost: 1.2 }, of: byCursor },
  ...selective.map((kind): Target => ({
    what: `search, ${kind}: median`, unit: 'ms', wanted: { atMost: 10 }, of: ms(`search ${kind}`, 'medianMs'),
  })),
  ...searches.map((kind): Target => ({
    what: `search, ${kind}: p99`, unit: 'ms', wanted: { atMost: 100 }, of: ms(`search ${kind}`, 'p99Ms'),
  })),
  ...searches.map((kind): Target => ({
    what: `search, ${kind}: median, times that with 100,000`, unit: 'ratio', wanted: { atMost: 3 }, of: growth(`search ${kind}`, 100_000),
  })),
  { what: 'form, of the floor', unit: 'ratio', wanted: { atLeast: 0.5 }, of: ofFloor('form get'), ci: 0.25 },
  { what: 'list of forms, of the floor', unit: 'ratio', wanted: { atLeast: 0.4 }, of: ofFloor('form list') },
  { what: 'membership, of the floor', unit: 'ratio', wanted: { atLeast: 0.5 }, of: ofFloor('membership get'), ci: 0.22 },
  { what: 'list of memberships, of the floor', unit: 'ratio', wanted: { atLeast: 0.4 }, of: ofFloor('membership list') },
  { what: 'by contact, of the floor', unit: 'ratio', wanted: { atLeast: 0.5 }, of: ofFloor('by contact'), ci: 0.25 },
  { what: 'by chapter (a tenth of all), of the floor', unit: 'ratio', wanted: { atLeast: 0.4 }, of: ofFloor('by chapter'), ci: 0.2 },
  { what: 'create, of bare statements', unit: 'ratio', wanted: { atLeast: 0.5 }, of: ofFloor('create'), ci: 0.25 },
  { what: 'update, of bare statements', unit: 'ratio', wanted: { atLeast: 0.5 }, of: ofFloor('update'), ci: 0.25 },
  { what: 'gateway, of a bare Node proxy', unit: 'ratio', wanted: { atLeast: 0.9 }, of: ({ proxies }) => proxies?.ratios['bare proxy'], ci: 0.6 },
  { what: 'gateway: latency added at half load', unit: 'ms', wanted: { atMost: 0.5 }, of: ({ proxies }) => proxies?.atHalfLoad.addedMs },
  ...peers.map((kind): Target => ({
    what: `${kind}, times Directus`, unit: 'ratio', wanted: { atLeast: 10 }, of: ({ peer }) => peer?.cases[kind]?.ratios.directus,
  })),
  { what: 'commit to commit in another service, when warm: median, times a bare round trip', unit: 'ratio', wanted: { atMost: 3 }, of: ({ latency }) => latency?.paced[0]?.ratio, ci: 10 },
  { what: 'the same at 200 writes a second: p99', unit: 'ms', wanted: { atMost: 25 }, of: ({ latency }) => latency?.paced[1]?.copied.p99Ms },
  { what: 'relay of a backlog, of what bare amqplib gets confirmed', unit: 'ratio', wanted: { atLeast: 0.5 }, of: ({ backlog }) => backlog?.ratios.relayed },
  { what: 'consumer of a backlog, of the same', unit: 'ratio', wanted: { atLeast: 0.5 }, of: ({ backlog }) => backlog?.ratios.consumed },
  { what: 'claim beside an open transaction: p99', unit: 'ms', wanted: { atMost: 50 }, of: ({ claim }) => claim?.withTransaction.p99Ms },
  { what: 'memory of the largest program', unit: 'MB', wanted: { atMost: 200 }, of: ({ memory }) => highest(memory?.highestMb) },
  { what: 'memory: growth under load', unit: 'ratio', wanted: { atMost: 1.1 }, of: ({ memory }) => highest(memory?.growth) },
]; // prettier-ignore

/** What was wanted and what was measured, with the most contacts. */
export function judge(results: Results): Verdict[] {
  const largest = results.sizes.at(-1);
  if (!largest) return [];
  return targets.flatMap(({ of, ...target }) => {
    const value = of(largest, results);
    if (value === undefined) return [];
    const { wanted, ci } = target;
    return [
      {
        ...target,
        value,
        reached: within(value, wanted),
        lost: ci === undefined ? undefined : !within(value, limit(wanted, ci)),
      },
    ];
  });
}

function limit(wanted: Target['wanted'], at: number): Target['wanted'] {
  return 'atMost' in wanted ? { atMost: at } : { atLeast: at };
}

function within(value: number, wanted: Target['wanted']): boolean {
  return 'atMost' in wanted ? value <= wanted.atMost : value >= wanted.atLeast;
}
