import { spawnSync } from 'node:child_process';
import { expect } from '@jest/globals';
import { standIn, testOnBroker } from '@kontakt/testing';
import { runExample } from './examples-tests.ts';
import { subscribeTests } from './subscribe-tests.ts';

const python = ['python3', '/usr/bin/python3'].find((it) => spawnSync(it, ['-c', 'import pika']).status === 0);
const inPython =
  "when the README's consumer in Python runs, then it handles, acknowledges and rejects what is published";

// In one file, since each that asks for a broker waits for its start.
await testOnBroker((tests) => {
  subscribeTests(tests);

  tests.test(
    "when the README's consumer in TypeScript runs, then it handles what is published, and ends in order",
    async ({ url }) => {
      const program = { command: process.execPath, file: 'consumer.ts', queue: 'newsletter' };
      expect(await runExample(url, program)).toBe(0);
    },
  );

  if (python !== undefined) {
    tests.test(inPython, async ({ url }) => {
      await runExample(url, { command: python, file: 'consumer.py', queue: 'statistics' });
    });
  }
});

if (python === undefined) standIn([inPython], 'Python with pika: neither python3 nor /usr/bin/python3 can import it');
