import type { CloudEvent } from '@kontakt/events';
import type { Tx } from '@kontakt/service-kit';
import sql, { join, raw, type Sql } from 'sql-template-tag';

/** How long rows of the outbox are left alone by others than whoever has them: longer than a confirm is waited for. */
export const leaseMs = 15_000;

/**
 * Runs statements that change something, and puts what they make true into the outbox: one statement, so both or
 * neither. This process's own relay has the events first, after the commit; other relays when that has had its time.
 */
export async function tell(tx: Tx, events: CloudEvent[], ...changes: Sql[]): Promise<void> {
  const contents = events.map((event) => JSON.stringify(event));
  const done = changes.map((change, i) => sql`${raw(`change_${i}`)} AS (${change})`);
  const rows = await tx.query<{ id: string }>(
    sql`WITH ${join(done)}
      INSERT INTO outbox (event, available_at)
      SELECT unnest(${contents}::text[]), now() + ${leaseMs} * interval '1 ms'
      RETURNING id`,
  );
  // In the order in which they were written.
  tx.written.push(...rows.map(({ id }, i) => ({ id, event: contents[i] ?? '' })));
}
