import type { TestServer } from './test-server.ts';

let running: TestServer | undefined;

/** Keeps the server from Jest's set-up to its tear-down, which are loaded as two modules in one process. */
export function keep(server: TestServer): void {
  running = server;
}

export async function stopRunning(): Promise<void> {
  await running?.stop();
  running = undefined;
}
