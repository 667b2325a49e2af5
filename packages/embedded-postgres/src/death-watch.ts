/**
 * The shell reads from a pipe, its descriptor 3, that nobody writes to, so that the pipe's end means "stop", whether
 * its holder closed it or was killed. It leaves no process of its own behind.
 *
 * $1: the signals to stop with; $2: a directory to remove when the command has ended, or nothing; then the command.
 */
const script = `
  trap '' QUIT
  signals=$1 remove=$2; shift 2
  "$@" </dev/null 3<&- &
  server=$!
  (
    cd /
    read -r _
    trap 'kill "$nap"; wait; exit' TERM
    for signal in $signals; do kill -"$signal" "$server" || break; sleep 1 & nap=$!; wait "$nap"; done
  ) <&3 >/dev/null 2>&1 &
  watch=$!
  exec 3<&-
  wait "$server"; status=$?
  { kill "$watch"; wait "$watch"; } 2>/dev/null
  [ -z "$remove" ] || rm -rf -- "$remove" 2>/dev/null
  exit "$status"`;

export interface Stopping {
  /** One a second until the command has ended, separated by spaces. */
  signals: string;
  /** A directory to remove then. */
  remove: string | undefined;
}

/** The command under a death watch, as arguments to /bin/sh. */
export function underDeathWatch(command: readonly string[], { signals, remove }: Stopping): string[] {
  return ['-c', script, 'sh', signals, remove ?? '', ...command];
}

/**
 * How PostgreSQL is stopped if nothing of it is worth saving: without a checkpoint, which is what the next start
 * recovers from. The server gives its own processes 5 s for it. It is told more than once, as a server that has only
 * just been started does not listen to signals yet.
 */
export const immediately = `${'QUIT '.repeat(6)}KILL`;

/** Disconnects the clients and makes a checkpoint; but a server that cannot write it, as the disk is full, stays. */
export const orderly = `${'INT '.repeat(5)}${immediately}`;
