import { deleteContact as deletedContact } from '@kontakt/convergence';
import type { ContactDeletion } from '@kontakt/events';
import type { Tx } from '../db.ts';
import { lockOrBegin } from './lock-contact.ts';
import { mergeContact } from './merge-contact.ts';

/** Deletes what was deleted elsewhere, also when it was never known here: it may still come. */
export async function applyDeletion(tx: Tx, { contact: { id }, stamps }: ContactDeletion): Promise<void> {
  await mergeContact(tx, await lockOrBegin(tx, id, new Date()), deletedContact(stamps.deleted));
}
