import { readdirSync, readFileSync } from 'node:fs';

/** What processes, and all of the machine, have used, as Linux tells it; elsewhere NaN. */

/** Linux counts in hundredths of a second. */
const usOfTick = 10_000;

/** Microseconds of CPU so far. */
export function cpuOf(pid: number): number {
  const { own } = statOf(pid);
  return own;
}

/** Microseconds of CPU so far of all that a process has started, those that have ended included. */
export function cpuOfChildren(pid: number): number {
  if (process.platform !== 'linux') return NaN;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter(({ parent }) => parent === pid);
  return children.reduce((sum, { own }) => sum + own, statOf(pid).endedChildren);
}

/** @returns what tells which part of all cores' time was used since, whoever used it. */
export function watchCores(): () => number {
  const before = coresSoFar();
  return () => {
    const { idle, all } = coresSoFar();
    return 1 - (idle - before.idle) / (all - before.all);
  };
}

function coresSoFar(): { idle: number; all: number } {
  const [all = ''] = readProc('stat').split('\n');
  // user nice system idle iowait irq softirq steal; what follows is part of the first two.
  const times = all.split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = NaN, waitingForDisk = NaN] = times;
  return { idle: idle + waitingForDisk, all: times.reduce((sum, ticks) => sum + ticks, 0) };
}

/** Megabytes in memory. */
export function memoryOf(pid: number): number {
  const status = readProc(`${pid}/status`);
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024;
}

function statOf(pid: number): { parent: number; own: number; endedChildren: number } {
  const stat = readProc(`${pid}/stat`);
  // The second field is the program's name, in brackets, and can hold anything.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = NaN, utime = NaN, stime = NaN, cutime = NaN, cstime = NaN] = [1, 11, 12, 13, 14].map(
    (i) => fields[i],
  );
  return { parent, own: (utime + stime) * usOfTick, endedChildren: (cutime + cstime) * usOfTick };
}

/** '' of a process that has just ended, and where there is no /proc. */
function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch {
    return '';
  }
}
