/**
 * When, in the order that all services agree on, a value was written: `1763756400123-0000-cr.3f9a2c1d`,
 * that is milliseconds since 1970 (13 digits), a counter within the millisecond (4 hexadecimal digits)
 * and the node that wrote. As text of fixed width it sorts, byte by byte, in the order of time.
 */
export type Stamp = string;

/** The stamp of what was never written. It sorts before all others. */
export const never: Stamp = '';

export interface Moment {
  /** Milliseconds since 1970. */
  time: number;
  counter: number;
}

export interface StampParts extends Moment {
  node: string;
}

export const maxCounter = 0xffff;

const pattern = /^(\d{13})-([0-9a-f]{4})-([a-z0-9.]{1,32})$/;

export function formatStamp({ time, counter, node }: StampParts): Stamp {
  return `${String(time).padStart(13, '0')}-${counter.toString(16).padStart(4, '0')}-${node}`;
}

/** The very next stamp of the same node: later than this one, and the same for whoever asks. */
export function stampAfter(stamp: Stamp): Stamp {
  const parts = parseStamp(stamp);
  if (!parts) throw new RangeError(`${stamp} is no stamp`);
  return formatStamp({ ...following(parts), node: parts.node });
}

/** The very next moment. */
export function following({ time, counter }: Moment): Moment {
  return counter < maxCounter ? { time, counter: counter + 1 } : { time: time + 1, counter: 0 };
}

/** The parts of a stamp, or null when the text is none. */
export function parseStamp(text: string): StampParts | null {
  const [, time, counter, node] = pattern.exec(text) ?? [];
  if (time === undefined || counter === undefined || node === undefined) return null;
  return { time: Number(time), counter: parseInt(counter, 16), node };
}
