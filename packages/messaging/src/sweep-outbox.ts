import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type Pool } from 'pg';
import { batchSize, claimBetween, newestId, type Row } from './outbox.ts';
import { firstIds, newestOf, partBelow, partOf, wantedMs, type Part } from './sweep-part.ts';

interface SweepOptions {
  pool: Pool;
  signal: AbortSignal;
  /** Resolves when rows may be claimed. */
  untilReady: () => Promise<void>;
  relay: (rows: Row[]) => void;
  /** Whether others are at work at a backlog, which this should leave the time for. */
  isBehind: () => boolean;
  noteUnread: (error: unknown) => void;
  /** Between two sweeps, at least. */
  sweepMs: number;
  /** After what went wrong, at least. */
  pollMs: number;
}

/** At least so often it looks; but for this, it takes a tenth of the time. */
const maxWaitMs = 60_000;
/** So long a full claim may take for what it claims, and not for what it passes over. */
const fullClaimMs = 50;

/**
 * Looks at all that is in the outbox, again and again, and relays what is due: by ids, the newest first, and where all
 * take long at some thousands at a time. Ends when the signal says so.
 */
export async function sweepOutbox(options: SweepOptions): Promise<void> {
  const { pool, signal, untilReady, relay, isBehind, noteUnread, sweepMs, pollMs } = options;
  let part: Part | undefined;
  let size = Infinity;
  let totalMs = 0;
  for (;;) {
    await untilReady();
    if (signal.aborted) break;
    const began = performance.now();
    let rows: Row[] = [];
    let leastMs = 0;
    try {
      part ??= partOf(await newestId(pool), size);
      rows = await claimBetween(pool, part.after ?? part.above, part.upTo);
      const tookMs = performance.now() - began;
      const last = rows.length === batchSize ? rows.at(-1) : undefined;
      totalMs += last ? 0 : tookMs;
      if (!last) part = partBelow(part, tookMs);
      else if (tookMs < fullClaimMs + wantedMs.most) part = { ...part, after: Number(last.id) };
      else part = newestOf(part, tookMs - fullClaimMs) ?? part;
      if (!part) {
        leastMs = sweepMs;
        size = totalMs > 2 * wantedMs.most ? firstIds : Infinity;
        totalMs = 0;
      }
    } catch (error) {
      leastMs = pollMs;
      const tookTooLong = error instanceof DatabaseError && error.code === '57014';
      const tookMs = performance.now() - began;
      if (part && tookTooLong) part = newestOf(part, tookMs) ?? partBelow(part, tookMs);
      noteUnread(error);
    }
    const mayHurry = rows.length === batchSize && !isBehind();
    const tenthMs = mayHurry ? 0 : 10 * (performance.now() - began);
    if (rows.length > 0) relay(rows);
    await sleep(Math.min(Math.max(leastMs, tenthMs), maxWaitMs), undefined, { signal }).catch(() => undefined);
  }
}
