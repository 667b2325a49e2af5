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
}

/** A look should take so long, as one that takes seconds keeps the disk and a core from all others. */
export const wantedMs = { least: 5, most: 15 };
/** A sweep begins with so many ids where looking at all takes long; fewer than the fewest help nobody. */
export const firstIds = 1_000;
const fewestIds = 500;

/** The first part of a sweep, with the newest ids: where much is kept that was deleted, it is of these. */
export function newestPart(newest: number, size: number): Part {
  return partOf({ newest, upTo: newest, size });
}

/**
 * The ids below, after a look that took so long; nothing after the lowest. A 500th of what this sweep has looked at is
 * not too much: however long looks take on a busy machine, the lowest is reached.
 */
export function partBelow({ above, size, newest }: Part, tookMs: number): Part | undefined {
  if (above === 0) return undefined;
  const next = tookMs > wantedMs.most ? fewer(size, tookMs) : (tookMs < wantedMs.least ? 4 : 2) * size;
  return partOf({ newest, upTo: above, size: Math.max(next, Math.ceil((newest - above) / 500)) });
}

/** The newest of its ids, where all of them could not be looked at; nothing if it has few. */
export function newestOf({ newest, upTo, size }: Part): Part | undefined {
  return size > fewestIds ? partOf({ newest, upTo, size: size > firstIds ? firstIds : fewestIds }) : undefined;
}

function partOf(part: Omit<Part, 'above'>): Part {
  return { ...part, above: Math.max(0, part.upTo - part.size) };
}

function fewer(size: number, tookMs: number): number {
  return Math.max(fewestIds, Math.floor((size * wantedMs.least) / tookMs));
}
