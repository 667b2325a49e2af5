import { stopRunning } from './running-server.ts';

/** Jest runs this once, after all test files. */
export default async function tearDown(): Promise<void> {
  await stopRunning();
}
