import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@kontakt/service-kit';
import type { ClientBase, Pool } from 'pg';
import { backOff, batchSize, claim, giveBack, keepForLater, remove, type Row } from './outbox.ts';
import { publishRow, type Outcome } from './publish-row.ts';
import { sweepOutbox } from './sweep-outbox.ts';
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
/** No longer ago than that, as it may pass over much that is kept. */
const longestMs = 60_000;

/**
 * Publishes what is in the outbox. Rows are claimed by their state, never by "id greater than the last", because
 * commits become visible out of order; SKIP LOCKED lets several relays share the work. A claim is a lease and not an
 * open transaction, so that none is held while the network is waited for.
 *
 * While a transaction is open anywhere for minutes, PostgreSQL keeps each row that has been deleted since, and whoever
 * begins at the first row passes over all of them: seconds behind a million. So a claim goes on where a full one ended,
 * or looks at what has become due of late. What comes to light elsewhere (a transaction that took longer to commit, the
 * claim of a relay that died) is found by sweeps, which look at all ids, at some thousands at a time where all take long.
 */
export function startRelay({ pool, transport, log, pollMs = 1_000, sweepMs = 1_000 }: RelayOptions): Relay {
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Set<Promise<void>>();
  const unheardTypes = new Set<string>();
  let isWoken = false;
  let goOn: (() => void) | undefined;
  let isAsking = false;
  /** What waits to be removed. */
  const published: string[] = [];
  let removing = Promise.resolve();
  /** How many are claimed at a time: one while the transport is away, to see whether it is back. */
  let most = batchSize;
  let pausedUntil = 0;
  /** What was due before is claimed, or found by a sweep. */
  let settledTo = performance.now() - recentMs;
  /** Where a full claim ended. */
  let from: Row | undefined;
  let isBehind = false;

  async function follow(): Promise<void> {
    for (;;) {
      const asked = await untilReady();
      if (signal.aborted) break;
      const rows = await takeNext(asked);
      if (rows.length > 0) keep(relayBatch(rows));
      if (!isBehind && !isWoken) await untilWoken();
    }
  }

  /**
   * While batches are on their way, the next is claimed; but not while broker or database are away, whoever wakes it.
   * @returns how many to claim
   */
  async function untilReady(): Promise<number> {
    while (underWay.size >= (most === 1 ? 1 : maxBatches)) await Promise.race(underWay);
    const waitMs = pausedUntil - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    return most;
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
      const timer = setTimeout(goOn, pollMs);
    });
  }

  function wake(connection?: ClientBase): boolean {
    if (connection) {
      // One at a time: of many writers, most are better served by the next claim of all.
      if (!goOn || isAsking || performance.now() < pausedUntil) return false;
      keep(relayBehind(connection));
      return true;
    }
    isWoken = true;
    goOn?.();
    return true;
  }

  async function relayBehind(connection: ClientBase): Promise<void> {
    isAsking = true;
    const rows = await claim(connection, recentMs, most).catch(noteUnread);
    isAsking = false;
    if (rows.length === batchSize) wake();
    if (rows.length > 0) await relayBatch(rows);
  }

  async function takeNext(asked: number): Promise<Row[]> {
    // Before it looks: a wake while it looks may be for what it does not see.
    isWoken = false;
    const began = performance.now();
    settledTo = Math.max(settledTo, began - longestMs);
    try {
      const rows = await claim(pool, from ?? began - settledTo, asked);
      isBehind = rows.length === asked;
      from = isBehind ? rows.at(-1) : undefined;
      settledTo = began - Math.max(from?.ageMs ?? 0, recentMs);
      return rows;
    } catch (error) {
      // Not from there again: too much may lie behind it. What is left there is found by a sweep.
      from = undefined;
      isBehind = false;
      pausedUntil = performance.now() + pollMs;
      return noteUnread(error);
    }
  }

  function noteUnread(error: unknown): Row[] {
    log.warn({ err: error }, 'the outbox could not be read just now');
    return [];
  }

  async function relayBatch(rows: Row[]): Promise<void> {
    const outcomes = await Promise.all(rows.map((row) => publishRow(transport, row)));
    const those = (fate: Outcome['fate']) => outcomes.filter((outcome) => outcome.fate === fate);
    const isAway = those('unavailable').length > 0;
    if (isAway) pausedUntil = performance.now() + pollMs;
    most = isAway ? 1 : batchSize;
    tellOfUnheard(those('unheard'), those('published'));
    const notes = await Promise.allSettled([
      removePublished(idsOf(those('published'))),
      giveBack(pool, idsOf(those('unavailable'))),
      keepForLater(pool, idsOf(those('unheard'))),
      backOffEach(those('failed')),
    ]);
    const failed = notes.find((note) => note.status === 'rejected');
    if (failed)
      log.warn({ err: failed.reason as unknown }, 'what was relayed could not be noted just now: it comes again');
  }

  async function backOffEach(outcomes: Outcome[]): Promise<void> {
    for (const { row, error } of outcomes) await backOff(pool, row, error, log);
  }

  /** One statement at a time, for all that was published meanwhile: many at once would take the claims' time. */
  function removePublished(ids: string[]): Promise<void> {
    published.push(...ids);
    removing = removing.catch(() => undefined).then(() => remove(pool, published.splice(0)));
    return removing;
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

  const running = Promise.all([
    follow(),
    sweepOutbox({
      pool,
      signal,
      untilReady,
      relay: (rows) => {
        keep(relayBatch(rows));
      },
      isBehind: () => isBehind,
      noteUnread,
      sweepMs,
      pollMs,
    }),
  ]);
  return {
    wake,
    async stop() {
      stopping.abort();
      wake();
      await running;
      await Promise.all(underWay);
    },
  };
}

function idsOf(outcomes: Outcome[]): string[] {
  return outcomes.map(({ row }) => row.id);
}
