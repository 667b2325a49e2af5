// `npm run test:fuzz [-- --seed N --requests N]`: requests of all kinds, to each service and through the gateway. Exits 1
// when an answer is not as the documents say, when the system suffers, or when it has stored what it should not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, StartError } from '@kontakt/service-kit';
import { runFuzz } from './run-fuzz.ts';
import { startTarget, type Target } from './start-target.ts';
import { unusableValues } from './stored-values.ts';

await runCommand('The fuzz', async () => {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, requests: { type: 'string' } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const requests = Number(values.requests ?? 5_000);
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(requests)) throw new StartError('Numbers must be whole.');
  console.log(`Seed ${seed} (again: npm run test:fuzz -- --seed ${seed})`);

  const dir = mkdtempSync(join(tmpdir(), 'kontakt-fuzz-'));
  const target = await startTarget(dir);
  const startedAt = Date.now();
  const { sent, answers, problems } = await runFuzz({ urls: target.urls, seed, requests });
  console.log(JSON.stringify({ seconds: Math.round((Date.now() - startedAt) / 1_000), sent, answers }));
  problems.push(...(await troubleOf(target)), ...(await unusableValues(target.databases)));
  const exitCode = await target.stop();
  if (exitCode !== 0) problems.push(`it ended with ${exitCode}: ${target.output()}`);
  rmSync(dir, { recursive: true, force: true });

  if (problems.length > 0) console.log(target.output());
  for (const problem of problems) console.log(`!!! ${problem}`);
  console.log(problems.length === 0 ? 'Nothing was wrong.' : `${problems.length} problems with seed ${seed}`);
  process.exit(problems.length === 0 ? 0 : 1);
});

/** What the system suffers from, after all that. */
async function troubleOf({ urls, isAlive }: Target): Promise<string[]> {
  if (!isAlive()) return ['it is no longer there'];
  const slow: string[] = [];
  for (const [name, url] of Object.entries(urls)) {
    const startedAt = performance.now();
    const { status } = await fetch(`${url}/readyz`);
    const ms = Math.round(performance.now() - startedAt);
    if (status !== 200 || ms > 1_000) slow.push(`${name} answers with ${status} after ${ms} ms`);
  }
  return slow;
}
