// Plain JavaScript: the package's types are those of its CommonJS build, where the class is the default of the default.
import TestSequencer from '@jest/test-sequencer';

/**
 * Begins with the tests that start programs and wait for them: at the end, they would leave a core without work. Jest
 * knows how long each takes only where they have run before.
 */
export default class WholeSystemFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isWhole = ({ path }) => path.includes('/infra/');
    return [...sorted.filter(isWhole), ...sorted.filter((test) => !isWhole(test))];
  }
}
