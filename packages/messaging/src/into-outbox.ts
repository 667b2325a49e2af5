import type { CloudEvent } from '@kontakt/events';
import sql, { type Sql } from 'sql-template-tag';

/**
 * The statement that writes events into the outbox: by itself, or inside another (`WITH told AS (…)`) that makes them
 * true. The relay publishes them after its commit.
 */
export function intoOutbox(events: CloudEvent[]): Sql {
  return sql`INSERT INTO outbox (event) SELECT unnest(${events.map((event) => JSON.stringify(event))}::text[])`;
}
