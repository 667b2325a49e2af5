import { fromRegisters, type ContactRegisters } from '@kontakt/events';
import type { Tx } from '../db.ts';
import { lockOrBegin } from './lock-contact.ts';
import { mergeContact } from './merge-contact.ts';

/** Takes over what Contact Repository says of a contact. */
export async function applyContact(tx: Tx, data: ContactRegisters): Promise<void> {
  const contact = await lockOrBegin(tx, data.contact.id, new Date(data.contact.created_at));
  await mergeContact(tx, contact, fromRegisters(data));
}
