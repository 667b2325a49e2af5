/** Jest loads test files itself, and does not know how to leave types out. */
const withoutTypes = [
  '@swc/jest',
  { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
];

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/services', '<rootDir>/gateway', '<rootDir>/packages', '<rootDir>/infra'],
  // Slow suites are run by `npm run test:all`.
  testMatch: ['**/*.test.ts', ...(process.env.TEST_SUITES === 'all' ? ['**/*.slow.ts'] : [])],
  testPathIgnorePatterns: ['/node_modules/', '/generated/', '/build/', '/\\.data/'],
  modulePathIgnorePatterns: ['/build/', '/\\.data/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': withoutTypes },
  globalSetup: '<rootDir>/packages/testing/src/jest-global-setup.ts',
  globalTeardown: '<rootDir>/packages/testing/src/jest-global-teardown.ts',
  testSequencer: '<rootDir>/packages/testing/src/whole-system-first.mjs',
  reporters: ['default', '<rootDir>/packages/testing/src/summary-reporter.ts'],
  maxWorkers: '100%',
  // Only to end what hangs: on a busy machine three starts of a database take their time.
  testTimeout: 60_000,
};
