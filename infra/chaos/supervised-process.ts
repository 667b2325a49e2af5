import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

const restartMs = 200;

/** A program that is started again whenever it ends, as an orchestrator would. */
export interface SupervisedProcess {
  name: string;
  /** kill -9. */
  kill: () => void;
  /** SIGSTOP and SIGCONT: nothing of it runs in between, and its connections stay open. */
  pause: () => void;
  resume: () => void;
  /** Asks it to stop. @returns its exit code. */
  stop: () => Promise<number | null>;
}

interface Options {
  name: string;
  program: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
}

export function startSupervised({ name, program, env, logFile }: Options): SupervisedProcess {
  let stopping = false;
  let child = start();

  function start(): ChildProcess {
    const log = openSync(logFile, 'a');
    const started = spawn(process.execPath, [program], { env, stdio: ['ignore', log, log] });
    closeSync(log);
    started.once('exit', () => {
      if (!stopping)
        setTimeout(() => {
          if (!stopping) child = start();
        }, restartMs);
    });
    return started;
  }

  return {
    name,
    kill: () => child.kill('SIGKILL'),
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}
