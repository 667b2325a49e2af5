import type { CloudEvent } from '@kontakt/events';
import type { Row } from './outbox.ts';
import { NobodyListensError, TransportUnavailableError, type Transport } from './transport.ts';

export interface Outcome {
  row: Row;
  type: string;
  fate: 'published' | 'unavailable' | 'unheard' | 'failed';
  error?: unknown;
}

/** Never rejects: what becomes of the row depends on why it was not published. */
export async function publishRow(transport: Pick<Transport, 'publish'>, row: Row): Promise<Outcome> {
  let type = 'unreadable';
  try {
    const event = JSON.parse(row.event) as CloudEvent;
    ({ type } = event);
    await transport.publish(event, { content: row.event });
    return { row, type, fate: 'published' };
  } catch (error) {
    if (error instanceof TransportUnavailableError) return { row, type, fate: 'unavailable', error };
    return { row, type, fate: error instanceof NobodyListensError ? 'unheard' : 'failed', error };
  }
}
