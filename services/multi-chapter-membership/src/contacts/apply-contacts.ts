import { never } from '@kontakt/convergence';
import type { ContactRegisters } from '@kontakt/events';
import type { Queries } from '@kontakt/service-kit';
import type { Contact } from '../generated/prisma/client.ts';
import { lockOrBegin, storeContacts } from './contact-rows.ts';

/** Takes over what memberships show of contacts: their names, and whose they are. */
export async function applyContacts(tx: Queries, told: ContactRegisters[]): Promise<void> {
  const byContact = Map.groupBy(told, ({ contact }) => contact.id);
  const known = await lockOrBegin(tx, [...byContact.keys()]);
  const changed = known
    .filter(({ deletedStamp }) => deletedStamp === never)
    .flatMap((contact) => {
      const merged = (byContact.get(contact.id) ?? []).reduce(merge, contact);
      return merged === contact ? [] : [merged];
    });
  await storeContacts(tx, changed);
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
