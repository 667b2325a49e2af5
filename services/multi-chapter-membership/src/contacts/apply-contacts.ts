import { never } from '@kontakt/convergence';
import type { ContactRegisters } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';
import { lockOrBegin, readContacts, storeContacts } from './contact-rows.ts';

/**
 * Takes over what memberships show of contacts: their names, and whose they are. Most changes are of something else, and
 * to see that takes no lock, with which a commit would have to wait for the disk: what is stored only ever gets newer.
 */
export async function applyContacts(tx: Transaction, told: ContactRegisters[]): Promise<void> {
  const byContact = Map.groupBy(told, ({ contact }) => contact.id);
  const changed = (contacts: Contact[]) =>
    contacts
      .filter(({ deletedStamp }) => deletedStamp === never)
      .flatMap((contact) => {
        const merged = (byContact.get(contact.id) ?? []).reduce(merge, contact);
        return merged === contact ? [] : [merged];
      });

  const ids = [...byContact.keys()];
  const known = await readContacts(tx, ids);
  const isKnown = new Set(known.map(({ id }) => id));
  const concerned = [...ids.filter((id) => !isKnown.has(id)), ...changed(known).map(({ id }) => id)];
  if (concerned.length > 0) storeContacts(tx, changed(await lockOrBegin(tx, concerned)));
}

/** @returns `ours` where theirs is no newer. */
function merge(ours: Contact, { contact: theirs, stamps }: ContactRegisters): Contact {
  const name = stamps.name !== undefined && stamps.name > ours.nameStamp;
  const orgId = stamps.org_id !== undefined && stamps.org_id > ours.orgIdStamp;
  if (!name && !orgId) return ours;
  return {
    ...ours,
    ...(name && { fullName: theirs.full_name ?? null, nameStamp: stamps.name ?? never }),
    ...(orgId && { orgId: theirs.org_id ?? null, orgIdStamp: stamps.org_id ?? never }),
  };
}
