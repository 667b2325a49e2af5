import { isDeepStrictEqual } from 'node:util';
import { mergeMemberships } from '@kontakt/convergence';
import type { Transaction } from '@kontakt/service-kit';
import sql from 'sql-template-tag';
import type { Membership } from '../generated/prisma/client.ts';
import { intoMemberships, membershipTable } from './into-memberships.ts';

/**
 * Merges what another service knows of memberships, of one also several times, into these copies of them; the caller has
 * locked their contacts.
 */
export async function mergeInMemberships(tx: Transaction, theirs: Membership[]): Promise<void> {
  const contactIds = theirs.map(({ contactId }) => contactId);
  const chapterIds = theirs.map(({ chapterId }) => chapterId);
  // The ids a second time: a plan made for a small table would otherwise join them with all of it.
  const stored = await tx.query<Membership>(
    sql`SELECT ${membershipTable.of('memberships')}
      FROM memberships JOIN unnest(${contactIds}::text[], ${chapterIds}::text[]) AS theirs (contact_id, chapter_id)
        USING (contact_id, chapter_id)
      WHERE memberships.contact_id = ANY(${contactIds})`,
  );
  const before = new Map(stored.map((membership) => [keyOf(membership), membership]));
  const ours = new Map(before);
  for (const their of theirs) {
    const our = ours.get(keyOf(their));
    ours.set(keyOf(their), our ? { ...their, ...mergeMemberships(our, their) } : their);
  }
  const changed = [...ours.values()].filter((our) => !isDeepStrictEqual(our, before.get(keyOf(our))));
  if (changed.length > 0) tx.send(intoMemberships(changed));
}

function keyOf({ contactId, chapterId }: Membership): string {
  return JSON.stringify([contactId, chapterId]);
}
