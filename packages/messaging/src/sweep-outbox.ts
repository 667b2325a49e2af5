import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type Pool } from 'pg';
import { claimBetween, newestId, type Row } from './outbox.ts';
import { firstIds, newestOf, newestPart, partBelow, wantedMs, type Part } from './sweep-part.ts';

interface SweepOptions {
  pool: Pool;
  signal: AbortSignal;
  /** Resolves when rows may be claimed. @returns how many. */
  untilReady: () => Promise<number>;
  relay: (rows: Row[]) => void;
  /** Whether others are at work at a backlog, which this should leave the time for. */
  isBehind: () => boolean;
  noteUnread: (error: unknown) => void;
  /** Between two sweeps, at least. */
  sweepMs: number;
  /** After what went wrong, at least. */
  pollMs: number;
}

/** At least so often it looks; but for this, and where it finds very much, it takes a tenth of the time. */
const maxWaitMs = 60_000;
/** So often a look may fail before it goes on with the next. */
const maxFailures = 3;

/**
 * Looks at all that is in the outbox, again and again, and relays what is due: all ids at once, or where that takes long
 * some thousands at a time. Ends when the signal says so.
 */
export async function sweepOutbox(options: SweepOptions): Promise<void> {
  const { pool, signal, untilReady, relay, isBehind, noteUnread, sweepMs, pollMs } = options;
  const isStopping = () => signal.aborted;
  let part: Part | undefined;
  let size = Infinity;
  let dense = Infinity;
  let totalMs = 0;
  let failures = 0;
  for (;;) {
    const most = await untilReady();
    if (isStopping()) break;
    let began = performance.now();
    let waitMs = pollMs;
    let isOver = false;
    try {
      part ??= newestPart(await newestId(pool), size, dense);
      if (isStopping()) break;
      began = performance.now();
      const rows = await claimBetween(pool, part, most);
      const tookMs = performance.now() - began;
      totalMs += tookMs;
      failures = 0;
      const isFull = rows.length === most;
      // Half as many again: one look that was slow by chance is soon forgotten.
      dense = 1.5 * part.dense;
      part = isFull ? { ...part, after: Number(rows.at(-1)?.id) } : partBelow(part, tookMs);
      isOver = !part;
      waitMs = isFull && !isBehind() ? 0 : 10 * tookMs;
      if (rows.length > 0) relay(rows);
    } catch (error) {
      const tookMs = performance.now() - began;
      const tookTooLong = error instanceof DatabaseError && error.code === '57014';
      failures += 1;
      if (part && (tookTooLong || failures === maxFailures)) {
        failures = 0;
        part = newestOf(part) ?? partBelow(part, tookMs);
        isOver = !part;
      }
      if (tookTooLong) waitMs = 10 * tookMs;
      noteUnread(error);
    }
    if (isOver) {
      waitMs = Math.max(waitMs, sweepMs);
      size = totalMs > 2 * wantedMs.most ? firstIds : Infinity;
      totalMs = 0;
    }
    await sleep(Math.min(waitMs, maxWaitMs), undefined, { signal }).catch(() => undefined);
  }
}
