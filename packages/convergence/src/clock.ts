import { following, formatStamp, parseStamp, type Moment, type Stamp } from './stamp.ts';

export interface Clock {
  /**
   * A stamp later than every stamp that this clock has given or seen, and than the given ones: those of the stored
   * values that are about to be replaced, which another instance with a faster clock may have written. What lies more
   * than 60 s ahead because of these alone is not what later stamps are later than.
   */
  next(...replaced: Stamp[]): Stamp;
  /**
   * Takes note of a stamp from elsewhere, so that what is written here next is later than it.
   * @throws StampAheadError when the stamp lies more than 60 s ahead of the wall clock; the clock does not move then.
   */
  observe(stamp: Stamp): void;
}

/** A stamp lies so far in the future that some machine's clock must be wrong. */
export class StampAheadError extends Error {
  override name = 'StampAheadError';
}

const maxAheadMs = 60_000;

/**
 * A hybrid logical clock (Kulkarni, Demirbas et al., "Logical Physical Clocks", 2014): close to the wall
 * clock, never going back, and ordering what depends on each other.
 * @param node names this process among all that write; lower-case letters, digits and dots.
 * @param startAfter the newest stamp that was stored before, so that a restart does not go back.
 */
export function createClock(options: { node: string; startAfter: Stamp; wallClock?: () => number }): Clock {
  const wallClock = options.wallClock ?? Date.now;
  let newest: Moment = parseStamp(options.startAfter) ?? { time: 0, counter: 0 };

  return {
    next(...replaced) {
      const now = wallClock();
      const seen = replaced.reduce((latest, stamp) => later(latest, parseStamp(stamp)), newest);
      const given = seen.time < now ? { time: now, counter: 0 } : following(seen);
      // A value that a machine with a wrong clock has written does not take all else that is written here with it.
      if (seen === newest || given.time <= now + maxAheadMs) newest = given;
      return formatStamp({ ...given, node: options.node });
    },

    observe(stamp) {
      if ((parseStamp(stamp)?.time ?? 0) > wallClock() + maxAheadMs) {
        throw new StampAheadError(`stamp ${stamp} lies too far in the future`);
      }
      newest = later(newest, parseStamp(stamp));
    },
  };
}

function later(one: Moment, other: Moment | null): Moment {
  return other && (other.time > one.time || (other.time === one.time && other.counter > one.counter)) ? other : one;
}
