import type { CloudEvent } from '@kontakt/events';
import type { Log } from '@kontakt/service-kit';
import type { Pool } from 'pg';
import { NobodyListensError, TransportUnavailableError, type Transport } from './transport.ts';

export interface Relay {
  /** Says that there is something in the outbox. */
  wake(): void;
  /** Takes nothing more, and resolves when what it has taken is published or given back. */
  stop(): Promise<void>;
}

interface RelayOptions {
  pool: Pool;
  transport: Pick<Transport, 'publish'>;
  log: Log;
  /** How often it looks by itself. */
  pollMs?: number;
}

interface Row {
  id: string;
  event: string;
  attempts: number;
}

interface Outcome {
  row: Row;
  type: string;
  fate: 'published' | 'unavailable' | 'unheard' | 'failed';
  error?: unknown;
}

const batchSize = 500;
/** So many batches may be on their way at a time. */
const maxBatches = 3;
/** How long a claimed row is left alone by other relays: longer than a confirm is waited for (10 s). */
const leaseMs = 15_000;
const firstWaitMs = 100;
const maxWaitMs = 60_000;
/** A row that failed so often is parked: it stays, visibly, and is not tried again. */
const maxAttempts = 20;

/**
 * Publishes what is in the outbox. Rows are claimed by their state, never by "id greater than the last", because
 * commits become visible out of order; SKIP LOCKED lets several relays share the work. A claim is a lease and not an
 * open transaction, so that none is held while the network is waited for. In SQL, as Prisma knows no SKIP LOCKED.
 */
export function startRelay({ pool, transport, log, pollMs = 1_000 }: RelayOptions): Relay {
  const stopping = new AbortController();
  let nextWake = Promise.withResolvers<undefined>();
  const unheardTypes = new Set<string>();
  let obstacles = 0;

  async function run(): Promise<void> {
    const underWay = new Set<Promise<void>>();
    while (!stopping.signal.aborted) {
      // Taken before looking: a wake while it looks may be for what it does not see.
      const wake = nextWake.promise;
      const known = obstacles;
      const rows = await claim(pool).catch((error: unknown): Row[] => {
        log.warn({ err: error }, 'the outbox could not be read just now');
        return [];
      });
      if (rows.length > 0) {
        const relaying = relayBatch(rows).finally(() => underWay.delete(relaying));
        underWay.add(relaying);
      }
      // While a batch is on its way, the next is claimed.
      if (underWay.size >= maxBatches) await Promise.race(underWay);
      if (rows.length < batchSize || obstacles > known) await untilFirst(wake, pollMs);
    }
    await Promise.all(underWay);
  }

  async function relayBatch(rows: Row[]): Promise<void> {
    try {
      const outcomes = await Promise.all(rows.map((row) => attempt(transport, row)));
      const those = (fate: Outcome['fate']) => outcomes.filter((outcome) => outcome.fate === fate);
      if (those('unavailable').length > 0) obstacles += 1;
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
    wake() {
      nextWake.resolve(undefined);
      nextWake = Promise.withResolvers();
    },
    async stop() {
      stopping.abort();
      nextWake.resolve(undefined);
      await running;
    },
  };
}

function untilFirst(wake: Promise<undefined>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void wake.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * A commit that is not waited for: a crash of the database that forgets it makes an event come twice, which everybody
 * bears.
 */
const unhurried = `(SELECT set_config('synchronous_commit', 'off', true)) = 'off'`;

async function claim(pool: Pool): Promise<Row[]> {
  const { rows } = await pool.query<Row>({
    name: 'outbox_claim',
    text: `UPDATE outbox SET available_at = now() + $1 * interval '1 ms'
     WHERE id IN (
       SELECT id FROM outbox WHERE available_at <= now() AND NOT parked
       ORDER BY available_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
     ) AND ${unhurried}
     RETURNING id, event, attempts`,
    values: [leaseMs, batchSize],
  });
  return rows;
}

async function attempt(transport: RelayOptions['transport'], row: Row): Promise<Outcome> {
  let type = 'unreadable';
  try {
    const event = JSON.parse(row.event) as CloudEvent;
    ({ type } = event);
    await transport.publish(event);
    return { row, type, fate: 'published' };
  } catch (error) {
    if (error instanceof TransportUnavailableError) return { row, type, fate: 'unavailable', error };
    return { row, type, fate: error instanceof NobodyListensError ? 'unheard' : 'failed', error };
  }
}

function idsOf(outcomes: Outcome[]): string[] {
  return outcomes.map(({ row }) => row.id);
}

async function remove(pool: Pool, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const text = `DELETE FROM outbox WHERE id = ANY($1) AND ${unhurried}`;
  await pool.query({ name: 'outbox_remove', text, values: [ids] });
}

/** Nothing was wrong with these: they wait for the transport, not for themselves. */
async function giveBack(pool: Pool, ids: string[]): Promise<void> {
  if (ids.length > 0) await pool.query('UPDATE outbox SET available_at = now() WHERE id = ANY($1)', [ids]);
}

/**
 * Somebody may begin to listen in an hour: it waits as long again as it has waited, up to a minute, and is never parked.
 */
async function keepForLater(pool: Pool, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await pool.query(
    `UPDATE outbox SET available_at = now() + least(greatest(now() - created_at, $2 * interval '1 ms'), $3 * interval '1 ms')
     WHERE id = ANY($1)`,
    [ids, firstWaitMs, maxWaitMs],
  );
}

async function backOff(pool: Pool, { id, attempts }: Row, reason: unknown, log: Log): Promise<void> {
  const park = attempts + 1 >= maxAttempts;
  const waitMs = Math.min(2 ** attempts * firstWaitMs, maxWaitMs);
  log[park ? 'error' : 'warn'](
    { err: reason, outbox_id: id, attempts: attempts + 1 },
    park ? 'an event is parked' : 'an event could not be published',
  );
  await pool.query(
    `UPDATE outbox SET attempts = attempts + 1, parked = $2, available_at = now() + $3 * interval '1 ms' WHERE id = $1`,
    [id, park, waitMs],
  );
}
