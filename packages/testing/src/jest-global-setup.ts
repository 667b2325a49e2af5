import { keep } from './running-server.ts';
import { publishTestRun } from './test-run.ts';
import { startTestServer } from './test-server.ts';

/** Jest runs this once, before all test files. */
export default async function setUp(): Promise<void> {
  const server = await startTestServer();
  keep(server);
  publishTestRun(server.run);
}
