import { fromRegisters, type ContactRegisters } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import { mergeInContacts } from './merge-contacts.ts';

/** Takes over what Contact Repository says of contacts. */
export async function applyContacts(tx: Transaction, changes: ContactRegisters[]): Promise<void> {
  const theirs = changes.map((registers) => {
    const { id, created_at: createdAt } = registers.contact;
    return { id, createdAt: new Date(createdAt), state: fromRegisters(registers) };
  });
  await mergeInContacts(tx, theirs);
}
