import { expect, jest } from '@jest/globals';
import { testOnBroker } from '@kontakt/testing';
import { shortMix } from './mixes.ts';
import { runChaos } from './run-chaos.ts';

// Alone on two cores it takes half a minute.
jest.setTimeout(240_000);

await testOnBroker(({ testWithControl }) => {
  testWithControl(
    'when programs, servers and connections fail twenty times, then nothing is lost and all copies end up equal',
    async ({ url }, control) => {
      const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e9));
      const log: string[] = [];
      const report = await runChaos({
        seed,
        faults: shortMix,
        broker: { url, control },
        log: (line) => log.push(line),
      });
      expect({ seed, log, ...report }).toMatchObject({ faults: 20, problems: [] });
      expect(report.writes.acknowledged).toBeGreaterThan(100);
    },
  );
});
