import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { underDeathWatch } from '../src/death-watch.ts';
import { temporaryDirectories } from './support.ts';

const directory = temporaryDirectories();

test('when a command takes no notice of the signals before, then it is killed, and its directory removed', async () => {
  const remove = directory('of-the-command');
  // A shell's background command ignores INT and QUIT, unless it does something about them.
  const command = ['/bin/sh', '-c', 'echo runs; exec sleep 60'];
  const args = underDeathWatch(command, { signals: 'INT QUIT KILL', remove });
  const watched = spawn('/bin/sh', args, { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
  if (watched.stdout !== null) await once(watched.stdout, 'data');
  watched.stdio[3]?.destroy();
  expect(await once(watched, 'exit')).toEqual([137, null]);
  expect(existsSync(remove)).toBe(false);
});
