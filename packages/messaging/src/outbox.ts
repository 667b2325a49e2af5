import type { Log } from '@kontakt/service-kit';
import type { ClientBase, Pool } from 'pg';
import type { Part } from './sweep-part.ts';

/** What the relay does with rows of the outbox. In SQL, as Prisma knows no SKIP LOCKED and prepares no statement. */

/** In the order of the index of what is due. */
export interface Position {
  id: string;
  /** A timestamp as PostgreSQL writes it. */
  due: string;
}

export interface Row extends Position {
  event: string;
  attempts: number;
  /** How long it had been due when it was claimed. */
  ageMs: number;
}

/** So many rows are claimed at a time. */
export const batchSize = 500;
/** How long a claimed row is left alone by other relays: longer than a confirm is waited for (10 s). */
const leaseMs = 15_000;
const firstWaitMs = 100;
const maxWaitMs = 60_000;
/** A row that failed so often is parked: it stays, visibly, and is not tried again. */
const maxAttempts = 20;

/**
 * A commit that is not waited for: a crash of the database that forgets it makes an event come twice, which everybody
 * bears.
 */
const unhurried = `(SELECT set_config('synchronous_commit', 'off', true)) = 'off'`;

/** Claims rows that are due, of those that an expression of SQL describes, in that order. */
const claimOf = (which: string, order: string) =>
  // Joined with what is due, all rows would be looked up where PostgreSQL believes that there are none. And where it
  // believes that there are fewer than the limit, it reads and sorts all of them; so it is not told the limit.
  `WITH claimed AS (
     UPDATE outbox SET leased_until = now() + ${leaseMs} * interval '1 ms'
     WHERE ${unhurried} AND id = ANY (ARRAY(
       SELECT id FROM outbox
       WHERE ${which} AND NOT parked AND (leased_until IS NULL OR leased_until <= now())
       ORDER BY ${order} LIMIT (SELECT $1::bigint) FOR UPDATE SKIP LOCKED))
     RETURNING id, event, attempts, available_at
   )
   SELECT id, event, attempts, available_at::text AS due, (extract(epoch FROM now() - available_at) * 1000)::float8 AS "ageMs"
   FROM claimed ORDER BY ${order}`;

const claimByDue = claimOf(
  `available_at <= now() AND (available_at, id) > (coalesce($2::timestamptz, now() - $3 * interval '1 ms'), $4::bigint)`,
  'available_at, id',
);
// As an expression, which no index has: whoever asks by id must not pass over all that was ever due.
const claimById = claimOf(`id > $2 AND id <= $3 AND available_at + interval '0' <= now()`, 'id');

/**
 * The next rows that are due, in order.
 * @param from what comes after, or for how many milliseconds it is due at most
 */
export async function claim(connection: ClientBase | Pool, from: Position | number, most: number): Promise<Row[]> {
  const values = typeof from === 'number' ? [most, null, from, '0'] : [most, from.due, 0, from.id];
  const { rows } = await connection.query<Row>({ name: 'outbox_claim', text: claimByDue, values });
  return rows;
}

/** The next rows that are due of a part of the outbox, by their ids. */
export async function claimBetween(pool: Pool, { above, after = above, upTo }: Part, most: number): Promise<Row[]> {
  const { rows } = await pool.query<Row>({ name: 'outbox_sweep', text: claimById, values: [most, after, upTo] });
  return rows;
}

/** The id that was given last: asking the rows would pass over all that are kept. */
export async function newestId(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ id: string }>('SELECT last_value AS id FROM outbox_id_seq');
  return Number(rows[0]?.id);
}

export async function remove(pool: Pool, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  // As a sub-select: of an array that it knows, PostgreSQL counts the ids, and plans anew each time.
  const text = `DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT unnest($1::bigint[]))) AND ${unhurried}`;
  await pool.query({ name: 'outbox_remove', text, values: [ids] });
}

/** Nothing was wrong with these: they wait for the transport, not for themselves. */
export async function giveBack(pool: Pool, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await pool.query('UPDATE outbox SET leased_until = NULL, available_at = now() WHERE id = ANY($1)', [ids]);
}

/**
 * Somebody may begin to listen in an hour: it waits as long again as it has waited, up to a minute, and is never parked.
 */
export async function keepForLater(pool: Pool, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await pool.query(
    `UPDATE outbox SET leased_until = NULL,
       available_at = now() + least(greatest(now() - created_at, $2 * interval '1 ms'), $3 * interval '1 ms')
     WHERE id = ANY($1)`,
    [ids, firstWaitMs, maxWaitMs],
  );
}

export async function backOff(pool: Pool, { id, attempts }: Row, reason: unknown, log: Log): Promise<void> {
  const park = attempts + 1 >= maxAttempts;
  const waitMs = Math.min(2 ** attempts * firstWaitMs, maxWaitMs);
  log[park ? 'error' : 'warn'](
    { err: reason, outbox_id: id, attempts: attempts + 1 },
    park ? 'an event is parked' : 'an event could not be published',
  );
  await pool.query(
    `UPDATE outbox SET leased_until = NULL, attempts = attempts + 1, parked = $2,
       available_at = now() + $3 * interval '1 ms' WHERE id = $1`,
    [id, park, waitMs],
  );
}
