import type { Tx } from '../db.ts';

/** In SQL, because a membership that is added anew gets its new id in an update, where Prisma knows no default. */
export async function nextMembershipId(tx: Tx): Promise<string> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`SELECT next_membership_id() AS id`;
  if (!row) throw new Error('next_membership_id() gave no row');
  return row.id;
}
