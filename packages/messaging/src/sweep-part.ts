/** What one look of a sweep looks at: rows whose ids are above this and up to that. */
export interface Part {
  above: number;
  upTo: number;
  /** Where a full claim ended. */
  after?: number;
  /** How many ids that should be. */
  size: number;
  /** The newest id that this sweep comes to. */
  newest: number;
  /** So many ids took as long as is wanted when a look took long last. */
  dense: number;
}

/** A look should take so long, as one that takes seconds keeps the disk and a core from all others. */
export const wantedMs = { least: 5, most: 15 };
/** A sweep begins with so many ids where looking at all takes long; fewer than the fewest help nobody. */
export const firstIds = 1_000;
const fewestIds = 500;

/**
 * The first part of a sweep, with the newest ids: where much is kept that was deleted, it is of these.
 * @param dense of the sweep before
 */
export function newestPart(newest: number, size: number, dense: number): Part {
  return partOf({ newest, upTo: newest, size, dense });
}

/**
 * The ids below, after a look that took so long; nothing after the lowest. Where little is left to look at, there are up
 * to four times as many, but not so many that it takes long where much is left again. A 500th of what this sweep has
 * looked at is not too much: however long looks take on a busy machine, the lowest is reached.
 */
export function partBelow({ above, size, newest, dense: before }: Part, tookMs: number): Part | undefined {
  if (above === 0) return undefined;
  const isQuick = tookMs < wantedMs.least;
  const dense = isQuick ? before : (size * wantedMs.most) / tookMs;
  const more = isQuick ? Math.min(4 * size, Math.max(size, 2 * dense)) : 2 * size;
  const next = tookMs > wantedMs.most ? fewer(size, tookMs) : more;
  return partOf({ newest, upTo: above, size: Math.max(Math.floor(next), Math.ceil((newest - above) / 500)), dense });
}

/** The newest of its ids, where all of them could not be looked at; nothing if it has few. */
export function newestOf({ newest, upTo, size, dense }: Part): Part | undefined {
  const few = size > firstIds ? firstIds : fewestIds;
  return size > fewestIds ? partOf({ newest, upTo, size: few, dense }) : undefined;
}

function partOf(part: Omit<Part, 'above'>): Part {
  return { ...part, above: Math.max(0, part.upTo - part.size) };
}

function fewer(size: number, tookMs: number): number {
  return Math.max(fewestIds, Math.floor((size * wantedMs.least) / tookMs));
}
