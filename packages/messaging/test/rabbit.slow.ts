import { afterEach } from '@jest/globals';
import { testOnBroker } from '@kontakt/testing';
import { everydayTests } from './rabbit-everyday.ts';
import { lostTests } from './rabbit-lost.ts';
import { closeAll } from './rabbit-support.ts';
import { troubleTests } from './rabbit-trouble.ts';

afterEach(closeAll);

// In one file, since each that asks for a broker waits for its start.
await testOnBroker((tests) => {
  everydayTests(tests);
  troubleTests(tests);
  lostTests(tests);
});
