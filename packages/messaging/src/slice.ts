import type { Position } from './outbox.ts';

/** A part of the outbox: what is due since then and until then, by this process's clock in milliseconds. */
export interface Slice {
  since: number;
  until: number;
  /** Where a full claim ended. */
  after?: Position;
}

/** One of the looks of a sweep, which goes from the newest back to the oldest. */
export interface SweepSlice extends Slice {
  /** The shortest that this sweep needed so far. */
  shortestMs: number;
}

export const whole: SweepSlice = { since: -Infinity, until: Infinity, shortestMs: Infinity };

/** A look should take so long, as one that takes seconds keeps the disk and a core from all others. */
const wantedMs = { least: 15, most: 30 };
/** Shorter than that it helps nobody, and from a minute on it is tried whether more is too much. */
const shortestMs = 250;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** What to look at after a look that took so long: what was due before it. After the oldest, the next sweep begins. */
export function before(slice: SweepSlice, tookMs: number, now: number): SweepSlice {
  const lengthMs = Math.min(slice.until, now) - slice.since;
  const isEnd = slice.since === -Infinity;
  if (tookMs > wantedMs.most) {
    const half = halved(lengthMs);
    return isEnd ? sliceOf(now, half, half) : sliceOf(slice.since, half, Math.min(slice.shortestMs, half));
  }
  // It may be that less is kept than when the last one began.
  if (isEnd) return sliceOf(now, 2 * slice.shortestMs, 2 * slice.shortestMs);
  return sliceOf(slice.since, tookMs < wantedMs.least ? 2 * lengthMs : lengthMs, slice.shortestMs);
}

/** What to look at instead of what could not be looked at in time. */
export function narrower({ since, until, shortestMs: shortest }: SweepSlice, now: number): SweepSlice {
  const end = Math.min(until, now);
  const half = halved(end - since);
  return sliceOf(end, half, Math.min(shortest, half));
}

function halved(lengthMs: number): number {
  return Math.max(shortestMs, Math.min(minuteMs, lengthMs / 2));
}

function sliceOf(until: number, lengthMs: number, shortest: number): SweepSlice {
  if (shortest > dayMs) return whole;
  return { since: lengthMs > dayMs ? -Infinity : until - lengthMs, until, shortestMs: shortest };
}
