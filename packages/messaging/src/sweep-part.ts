/** What one look of a sweep looks at: rows whose ids are above this and up to that. */
export interface Part {
  above: number;
  upTo: number;
  /** Where a full claim ended. */
  after?: number;
  /** How many ids that should be. */
  size: number;
}

/** A look should take so long, as one that takes seconds keeps the disk and a core from all others. */
export const wantedMs = { least: 5, most: 15 };
/** A sweep begins with so many ids where looking at all takes long; fewer than the fewest help nobody. */
export const firstIds = 1_000;
const fewestIds = 500;

export function partOf(upTo: number, size: number): Part {
  return { above: Math.max(0, upTo - size), upTo, size };
}

/** The ids below, after a look that took so long; nothing after the oldest. From the newest on, as these are kept. */
export function partBelow({ above, size }: Part, tookMs: number): Part | undefined {
  if (above === 0) return undefined;
  if (tookMs > wantedMs.most) return partOf(above, fewer(size, tookMs));
  return partOf(above, tookMs < wantedMs.least ? 4 * size : size);
}

/** The newest of its ids, where all took so long that it is too much; nothing if it has few. */
export function newestOf({ upTo, size }: Part, tookMs: number): Part | undefined {
  return size > fewestIds ? partOf(upTo, fewer(size, tookMs)) : undefined;
}

function fewer(size: number, tookMs: number): number {
  return Math.max(fewestIds, Math.min(firstIds, Math.floor((size * wantedMs.least) / tookMs)));
}
