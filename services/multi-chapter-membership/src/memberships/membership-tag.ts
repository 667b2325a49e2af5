import { entityTag } from '@kontakt/service-kit';
import type { Membership } from '../generated/prisma/client.ts';

/** The entity tag of a membership: a single register. */
export function membershipTag({ id, stamp }: Pick<Membership, 'id' | 'stamp'>): string {
  return entityTag(id, stamp);
}
