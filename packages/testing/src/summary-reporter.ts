import { brokerLines, type FileResult } from './broker-lines.ts';
import { currentTestRun } from './test-run.ts';

/** What this reporter reads of Jest's results. */
export interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Test files that could not be run to their end: each fails the run, with or without a failed test. */
  numRuntimeErrorTestSuites: number;
}

/** Ends the output of a test run with the servers that it ran on and the numbers. */
export default class SummaryReporter {
  onRunComplete(_contexts: unknown, results: Results & { testResults: FileResult[] }): void {
    const server = currentTestRun()?.summary ?? 'no PostgreSQL';
    const lines = [`Ran on ${server}`, ...brokerLines(results.testResults), numbers(results)];
    // Jest's own summary comes after all other reporters.
    process.once('exit', () => process.stdout.write(`\n${lines.join('\n')}\n`));
  }
}

export function numbers(results: Results): string {
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests + results.numTodoTests;
  return `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
