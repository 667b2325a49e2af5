import { blankContact, isSameContact, mergeContacts, never, type ContactState } from '@kontakt/convergence';
import type { Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import type { Contact } from '../generated/prisma/client.ts';
import { erasedContact } from './erased-contact.ts';
import { contactTable, intoContacts } from './into-contacts.ts';
import { lockContacts } from './lock-contact.ts';

/** A contact as another service knows it. */
interface Theirs {
  id: string;
  createdAt: Date;
  state: ContactState;
}

/**
 * Merges what another service knows of contacts, of one also several times, into these copies of them. Those that are
 * not known here yet begin blank.
 * @returns the copies, deleted or not, as they are now, locked until the transaction ends.
 */
export async function mergeInContacts(tx: Transaction, theirs: Theirs[]): Promise<Contact[]> {
  const ids = theirs.map(({ id }) => id);
  lockContacts(tx, ids);
  const stored = await tx.query<Contact>(
    sql`SELECT ${contactTable.of('contacts')} FROM contacts WHERE id = ANY(${ids})`,
  );
  const ours = new Map(stored.map((contact) => [contact.id, contact]));
  for (const { id, createdAt, state } of theirs) {
    ours.set(id, mergedContact(ours.get(id) ?? begunContact(id, createdAt), state));
  }
  const merged = [...ours.values()];
  const changed = merged.filter((contact) => !stored.includes(contact));
  const deleted = changed.filter(({ deletedStamp }) => deletedStamp !== never).map(({ id }) => id);
  if (changed.length > 0) {
    tx.send(sql`WITH ended AS (DELETE FROM memberships WHERE contact_id = ANY(${deleted})) ${intoContacts(changed)}`);
  }
  return merged;
}

function begunContact(id: string, createdAt: Date): Contact {
  return { ...blankContact, phone: null, address: null, dateOfBirth: null, id, createdAt, updatedAt: createdAt };
}

/** The same object comes back when they know nothing newer. */
function mergedContact(contact: Contact, theirs: ContactState): Contact {
  const merged = mergeContacts(contact, theirs);
  if (isSameContact(merged, contact)) return contact;
  if (merged.deletedStamp !== never) return erasedContact(contact, merged);
  return { ...contact, ...merged, updatedAt: new Date() };
}
