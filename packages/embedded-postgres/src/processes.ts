import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './errors.ts';

/** The parameter by which a server tells which process started it. It has no meaning to PostgreSQL. */
export const startedBy = 'kontakt.started_by';

export interface ServerProcess {
  pid: number;
  /** The process that started the server; undefined for the server's own children, and if it was not us. */
  starter: number | undefined;
}

const proc = '/proc';
const hasProc = existsSync(join(proc, 'self', 'exe'));

/** The PostgreSQL processes that work on this data. A zombie is none: it holds nothing any more. */
export function serverProcesses(dataDir: string): ServerProcess[] {
  return hasProc ? fromProc(dataDir) : fromPs(ps('-axww', '-o', 'pid=,stat=,command='), dataDir);
}

/** Whether there is such a process, other than as a zombie that nobody has waited for. */
export function isRunning(pid: number): boolean {
  if (!exists(pid)) return false;
  return !(hasProc ? statusInProc(pid) : ps('-o', 'stat=', '-p', String(pid))).startsWith('Z');
}

/** Whether the number is taken, which is all that PostgreSQL looks at. */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return errorCode(error) === 'EPERM';
  }
}

/** Every process of a PostgreSQL server has its data directory as the current directory. */
function fromProc(dataDir: string): ServerProcess[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => linkInProc(pid, 'cwd') === dataDir && /\/postgres( \(deleted\))?$/.test(linkInProc(pid, 'exe')))
    .map((pid) => ({ pid: Number(pid), starter: starterIn(readInProc(pid, 'cmdline').replaceAll('\0', ' ')) }));
}

/** For systems without /proc, such as macOS: finds the postmaster by its command line. The shell's is its death watch. */
export function fromPs(table: string, dataDir: string): ServerProcess[] {
  return table.split('\n').flatMap((line) => {
    const [, pid, status, command] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || status === undefined || command === undefined) return [];
    const serves = `${command} `.includes(`/postgres -D ${dataDir} `) && !command.startsWith('/bin/sh ');
    return serves && !status.startsWith('Z') ? [{ pid: Number(pid), starter: starterIn(command) }] : [];
  });
}

function starterIn(command: string): number | undefined {
  const pid = new RegExp(`${startedBy}=(\\d+)`).exec(command)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function ps(...args: string[]): string {
  return spawnSync('ps', args, { encoding: 'utf8' }).stdout;
}

/** The state letter: it stands after the name, which may itself contain spaces and brackets. */
function statusInProc(pid: number): string {
  return readInProc(String(pid), 'stat').replace(/^.*\) /s, '');
}

function readInProc(pid: string, file: string): string {
  try {
    return readFileSync(join(proc, pid, file), 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

function linkInProc(pid: string, link: string): string {
  try {
    return readlinkSync(join(proc, pid, link));
  } catch {
    return ''; // it has ended meanwhile, or is none of ours
  }
}
