// `npm run bench [-- --contacts 10000,1000000 --only get,list]`: how fast it is, beside references on the same machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { runCommand, StartError } from '@kontakt/service-kit';
import { startBroker } from '@kontakt/testing/broker';
import { chartOf } from './chart.ts';
import { startBenchPostgres } from './databases.ts';
import { measureSize } from './measure-size.ts';
import { parseOptions } from './options.ts';
import { restOf, tableOf, verdictsOf } from './report.ts';
import type { Results } from './results.ts';
import { judge } from './targets.ts';

const directory = join(import.meta.dirname, 'results');

await runCommand('The bench', async () => {
  const options = parseOptions(process.argv.slice(2));
  const broker = await startBroker();
  if ('missing' in broker) throw new StartError(`It needs a broker. There is none: ${broker.missing}.`);
  const postgres = await startBenchPostgres();
  const { contacts, rounds, seconds, minutes, name, ci } = options;
  const results: Results = {
    started: new Date().toISOString(),
    ended: '',
    machine: {
      cpu: cpus()[0]?.model ?? '',
      cpus: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      postgres: postgres.version,
      broker: broker.description,
    },
    loadAverage: { atStart: loadavg()[0] ?? NaN, atEnd: NaN },
    options: { contacts, rounds, seconds, minutes },
    sizes: [],
  };

  for (const size of contacts) {
    const measured = await measureSize({
      postgres,
      brokerUrl: broker.url,
      contacts: size,
      isLargest: size === contacts.at(-1),
      options,
    });
    results.sizes.push(measured);
    console.log(`${tableOf(measured)}\n${restOf(measured)}`);
  }
  await postgres.stop();
  await broker.close();

  results.ended = new Date().toISOString();
  results.loadAverage.atEnd = loadavg()[0] ?? NaN;
  const verdicts = judge(results);
  console.log(`\n${verdictsOf(verdicts)}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
  const title = `${(contacts.at(-1) ?? 0).toLocaleString('en')} contacts, ${results.machine.cpu} × ${results.machine.cpus}, ${results.started.slice(0, 10)}`;
  writeFileSync(join(directory, `${name}.svg`), `${chartOf(verdicts, title)}\n`);
  console.log(`\nWritten: ${join(directory, name)}.json and .svg`);

  const lost = verdicts.filter((verdict) => verdict.lost);
  process.exit(ci && lost.length > 0 ? 1 : 0);
});
