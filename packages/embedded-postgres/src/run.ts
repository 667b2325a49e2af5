import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

/** What the binaries see of our environment: nothing that configures PostgreSQL (PGDATA, PGPORT …), no secrets. */
export const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface Outcome {
  /** The exit status; undefined when the program could not be executed. */
  status: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  { account, cwd = '/', input = '' }: { account: Account | undefined; cwd?: string; input?: string },
): Promise<Outcome> {
  const child = spawn(command, args, { ...account, cwd, env: environment });
  const outcome: Outcome = { status: undefined, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.stderr += text));
  // A program that ends without reading its input closes the pipe; its exit status tells more than that.
  child.stdin.on('error', () => undefined).end(input);

  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      resolve({ ...outcome, stderr: message });
    });
    child.once('close', (code) => {
      resolve({ ...outcome, status: code ?? 1 });
    });
  });
}
