import { never } from '@kontakt/convergence';
import type { ContactRegisters } from '@kontakt/events';
import type { Tx } from '../db.ts';
import { knowContact } from './know-contact.ts';

/** Takes over what memberships show of a contact: its name, and whose it is. */
export async function applyContact(tx: Tx, { contact: theirs, stamps }: ContactRegisters): Promise<void> {
  const ours = await knowContact(tx, theirs.id);
  if (ours.deletedStamp !== never) return;
  const name = stamps.name !== undefined && stamps.name > ours.nameStamp;
  const orgId = stamps.org_id !== undefined && stamps.org_id > ours.orgIdStamp;
  if (!name && !orgId) return;
  await tx.contact.update({
    where: { id: theirs.id },
    data: {
      ...(name && { fullName: theirs.full_name ?? null, nameStamp: stamps.name ?? never }),
      ...(orgId && { orgId: theirs.org_id ?? null, orgIdStamp: stamps.org_id ?? never }),
    },
  });
}
