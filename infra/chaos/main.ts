// `npm run test:chaos [-- --seed N]`: two hundred faults, and whether anything was lost. Exits 1 when something was.
import { parseArgs } from 'node:util';
import { runCommand, StartError } from '@kontakt/service-kit';
import { startBroker } from '@kontakt/testing/broker';
import { longMix } from './mixes.ts';
import { runChaos } from './run-chaos.ts';

await runCommand('The chaos', async () => {
  const { values } = parseArgs({ options: { seed: { type: 'string' } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
  if (!Number.isSafeInteger(seed)) throw new StartError('--seed must be a whole number.');
  const broker = await startBroker();
  if ('missing' in broker)
    throw new StartError(`It needs a broker that may be stopped. There is none: ${broker.missing}.`);
  const { url, control } = broker;
  if (!control) throw new StartError('It stops and crashes the broker: that of TEST_AMQP_URL is not there for it.');

  console.log(`Seed ${seed} (again: npm run test:chaos -- --seed ${seed}); ${broker.description}`);
  const report = await runChaos({
    seed,
    faults: longMix,
    broker: { url, control },
    log: (line) => {
      console.log(line);
    },
  });
  await broker.close();
  const { problems, ...numbers } = report;
  console.log(JSON.stringify(numbers));
  for (const problem of problems) console.log(`!!! ${problem}`);
  console.log(problems.length === 0 ? 'Nothing was lost.' : `${problems.length} problems with seed ${seed}`);
  process.exit(problems.length === 0 ? 0 : 1);
});
