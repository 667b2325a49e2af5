import { afterAll, describe, expect, test } from '@jest/globals';
import { groupOn, testForThoseNotRun } from './broker-lines.ts';
import { startBroker, type Broker, type BrokerControl } from './broker-provider.ts';

export interface BrokerTests {
  /** A test that needs a broker, and leaves it as it was. */
  test: (name: string, run: (broker: Broker) => Promise<void>) => void;
  /** A test that does something to the broker itself, which only one of our own is there for. */
  testWithControl: (name: string, run: (broker: Broker, control: BrokerControl) => Promise<void>) => void;
}

/**
 * Declares the tests of a file that need a RabbitMQ, which is started for them. Those that cannot be run are counted by
 * one test in their stead, and the summary of the run says it again.
 */
export async function testOnBroker(declare: (tests: BrokerTests) => void): Promise<void> {
  const found = await startBroker();
  if ('missing' in found) {
    standInForThose(declare, found.missing, ['test', 'testWithControl']);
    return;
  }
  const { control } = found;
  describe(groupOn(found.description), () => {
    afterAll(() => found.close());
    declare({
      test: (name, run) => {
        test(name, () => run(found));
      },
      testWithControl: (name, run) => {
        if (control) test(name, () => run(found, control));
      },
    });
  });
  if (!control)
    standInForThose(declare, 'a broker that may be stopped, which that of TEST_AMQP_URL is not', ['testWithControl']);
}

function standInForThose(declare: (tests: BrokerTests) => void, missing: string, kinds: (keyof BrokerTests)[]): void {
  const names: string[] = [];
  const count = (kind: keyof BrokerTests) => (name: string) => {
    if (kinds.includes(kind)) names.push(name);
  };
  declare({ test: count('test'), testWithControl: count('testWithControl') });
  standIn(names, missing);
}

/** Declares one test instead of these, which cannot be run here: the summary of the run counts them and says why. */
export function standIn(names: string[], missing: string): void {
  test(testForThoseNotRun(names.length, missing), () => {
    expect(names).not.toEqual([]);
  });
}
