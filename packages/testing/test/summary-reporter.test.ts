import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { currentTestRun } from '../src/test-run.ts';
import { numbers, type Results } from '../src/summary-reporter.ts';

const results = (changes: Partial<Results>): Results => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  ...changes,
});

test('when tests were skipped or left to do, then they are named, else not', () => {
  expect(numbers(results({ numPassedTests: 7, numFailedTests: 2 }))).toBe('7 passed, 2 failed');
  expect(numbers(results({ numPendingTests: 1, numTodoTests: 2 }))).toBe('0 passed, 0 failed, 3 skipped');
});

test('when a test file could not be run, then it counts as failed', () => {
  expect(numbers(results({ numPassedTests: 7, numRuntimeErrorTestSuites: 1 }))).toBe('7 passed, 1 failed');
});

test('when Jest has run, then the last line has the numbers, below the PostgreSQL that was used', () => {
  const rootDir = mkdtempSync(join(tmpdir(), 'kontakt-reporter-'));
  writeFileSync(join(rootDir, 'a.test.cjs'), "test('good', () => {}); test('bad', () => { throw 1; });");
  const reporter = join(import.meta.dirname, '..', 'src', 'summary-reporter.ts');
  const config = { rootDir, testMatch: ['**/*.test.cjs'], reporters: ['default', reporter] };
  const jest = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'jest', 'bin', 'jest.js');
  const command = `exec "${process.execPath}" "${jest}" --config '${JSON.stringify(config)}' 2>&1`;

  const { stdout } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
  rmSync(rootDir, { recursive: true });
  expect(stdout).toContain('Ran all test suites');
  expect(stdout.trimEnd().split('\n').slice(-2)).toEqual([
    `Ran on ${currentTestRun()?.summary ?? 'no set-up'}`,
    '1 passed, 1 failed',
  ]);
});
