import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@kontakt/service-kit';
import { DatabaseError, type ClientBase, type Pool } from 'pg';
import { backOff, batchSize, claim, giveBack, keepForLater, remove, start, type Row } from './outbox.ts';
import { publishRow, type Outcome } from './publish-row.ts';
import { before, narrower, whole, type Slice } from './slice.ts';
import type { Transport } from './transport.ts';

export interface Relay {
  /**
   * Says that there is something in the outbox, or that there will be, with a commit that was just sent on this
   * connection: what is asked there at once does not wait for the commit's answer, which takes half a millisecond.
   * @returns whether it looks now, or next; with a connection, only if it has nothing else to do.
   */
  wake: (connection?: ClientBase) => boolean;
  /** Takes nothing more, and resolves when what it has taken is published or given back. */
  stop: () => Promise<void>;
}

interface RelayOptions {
  pool: Pool;
  transport: Pick<Transport, 'publish'>;
  log: Log;
  /** How often it looks by itself. */
  pollMs?: number;
  /** How often it looks at all that is there, where that does not take long. */
  sweepMs?: number;
}

/** So many batches may be on their way at a time. */
const maxBatches = 8;
/**
 * What became due since it looked last, and so long before, is looked for each time: it becomes visible when its
 * transaction ends, which seldom takes longer.
 */
const recentMs = 5_000;
/** At least so often it looks at all that is there; but for this, it takes a tenth of the time. */
const maxSweepMs = 60_000;

/**
 * Publishes what is in the outbox. Rows are claimed by their state, never by "id greater than the last", because
 * commits become visible out of order; SKIP LOCKED lets several relays share the work. A claim is a lease and not an
 * open transaction, so that none is held while the network is waited for.
 *
 * While a transaction is open anywhere for minutes, PostgreSQL keeps each row that has been deleted since, and whoever
 * begins at the first row passes over all of them: seconds behind a million. So a claim goes on where a full one ended,
 * or looks at what has become due of late; what comes to light elsewhere (a transaction that took longer to commit, the
 * claim of a relay that died) is found by a sweep, which looks at a part at a time where all takes long.
 */
export function startRelay({ pool, transport, log, pollMs = 1_000, sweepMs = 1_000 }: RelayOptions): Relay {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let isWoken = false;
  let goOn: (() => void) | undefined;
  let isAsking = false;
  const unheardTypes = new Set<string>();
  let isAway = false;
  let sweepAt = 0;
  /** What the next sweep looks at. */
  let slice = whole;
  /** What was due before is claimed, or found by a sweep. */
  let settledTo = performance.now() - recentMs;
  /** Where a full claim ended. */
  let from: Slice | undefined;

  async function run(): Promise<void> {
    for (;;) {
      // However often it is woken: writers go on while the broker is away.
      if (isAway) await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      isAway = false;
      if (stopping.signal.aborted) break;
      if (performance.now() >= sweepAt) keep(sweep());
      const rows = await takeNext();
      if (rows.length > 0) keep(relayBatch(rows));
      // While a batch is on its way, the next is claimed.
      if (underWay.size >= maxBatches) await Promise.race(underWay);
      if (rows.length < batchSize && !isWoken) await untilWoken();
    }
    await Promise.all(underWay);
  }

  function keep(relaying: Promise<void>): void {
    underWay.add(relaying);
    void relaying.then(() => underWay.delete(relaying));
  }

  function untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      goOn = () => {
        clearTimeout(timer);
        goOn = undefined;
        resolve();
      };
      const timer = setTimeout(goOn, Math.min(pollMs, Math.max(0, Math.ceil(sweepAt - performance.now()))));
    });
  }

  function wake(connection?: ClientBase): boolean {
    if (connection) {
      // One at a time: of many writers, most are better served by the next claim of all.
      if (!goOn || isAway || isAsking) return false;
      keep(relayBehind(connection));
      return true;
    }
    isWoken = true;
    goOn?.();
    return true;
  }

  async function relayBehind(connection: ClientBase): Promise<void> {
    isAsking = true;
    const rows = await claim(connection, recentMs).catch(noteUnread);
    isAsking = false;
    if (rows.length === batchSize) wake();
    await relayBatch(rows);
  }

  async function takeNext(): Promise<Row[]> {
    // Before it looks: a wake while it looks may be for what it does not see.
    isWoken = false;
    const place = from;
    from = undefined;
    settledTo = Math.max(settledTo, performance.now() - maxSweepMs);
    try {
      const { rows, end } = await look(place ?? { since: settledTo, until: Infinity });
      from ??= end; // Or where a sweep that ended meanwhile has found more: it comes to the rest of these.
      return rows;
    } catch (error) {
      // Not from there again: too much may lie behind it. A sweep finds what is left there; one may be under way.
      if (place && sweepAt !== Infinity) sweepAt = 0;
      return noteUnread(error);
    }
  }

  /** One look of a sweep. Nothing waits for it. */
  async function sweep(): Promise<void> {
    const began = performance.now();
    sweepAt = Infinity;
    let rows: Row[] = [];
    let atLeastMs = pollMs;
    try {
      const found = await look(slice);
      ({ rows } = found);
      atLeastMs = slice.since === -Infinity ? sweepMs : 0;
      // A full claim has taken its time for what it claimed.
      slice = before(slice, found.end ? 0 : performance.now() - began, began);
      if (found.end) {
        from = found.end;
        wake();
      }
    } catch (error) {
      const tookTooLong = error instanceof DatabaseError && error.code === '57014';
      if (tookTooLong) slice = narrower(slice, began);
      noteUnread(error);
    }
    const now = performance.now();
    sweepAt = now + Math.min(Math.max(atLeastMs, 10 * (now - began)), maxSweepMs);
    if (slice !== whole) goOn?.();
    await relayBatch(rows);
  }

  /** @returns what was claimed, and where to go on if there is more. */
  async function look({ since, until, after }: Slice): Promise<{ rows: Row[]; end: Slice | undefined }> {
    const began = performance.now();
    const oldest = since === -Infinity ? start : began - since;
    const rows = await claim(pool, after ?? oldest, Math.max(0, began - until));
    const last = rows.length === batchSize ? rows.at(-1) : undefined;
    const end = last && { since: began - last.ageMs, until, after: last };
    const isGapless = since <= settledTo;
    if (isGapless) settledTo = Math.max(settledTo, Math.min(end?.since ?? until, began - recentMs));
    return { rows, end };
  }

  function noteUnread(error: unknown): Row[] {
    log.warn({ err: error }, 'the outbox could not be read just now');
    return [];
  }

  async function relayBatch(rows: Row[]): Promise<void> {
    try {
      const outcomes = await Promise.all(rows.map((row) => publishRow(transport, row)));
      const those = (fate: Outcome['fate']) => outcomes.filter((outcome) => outcome.fate === fate);
      if (those('unavailable').length > 0) isAway = true;
      await remove(pool, idsOf(those('published')));
      await giveBack(pool, idsOf(those('unavailable')));
      await keepForLater(pool, idsOf(those('unheard')));
      for (const { row, error } of those('failed')) await backOff(pool, row, error, log);
      tellOfUnheard(those('unheard'), those('published'));
    } catch (error) {
      log.warn({ err: error }, 'what was relayed could not be noted just now: it comes again');
    }
  }

  /** One line when it begins and one when it ends, however many events wait and however often they are tried. */
  function tellOfUnheard(unheard: Outcome[], published: Outcome[]): void {
    for (const { type, error } of unheard) {
      if (!unheardTypes.has(type)) log.warn({ type, err: error }, 'nobody listens to these events; they wait');
      unheardTypes.add(type);
    }
    for (const { type } of published) {
      if (unheardTypes.delete(type)) log.info({ type }, 'somebody listens to these events again');
    }
  }

  const running = run();
  return {
    wake,
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}

function idsOf(outcomes: Outcome[]): string[] {
  return outcomes.map(({ row }) => row.id);
}
