import type { Stamp } from '@kontakt/convergence';
import { entityTag } from '@kontakt/service-kit';

/** The entity tag of a contact and of its peer-mentor profile: all that can change of them is in registers. */
export function contactTag(id: string, newestStamp: Stamp): string {
  return entityTag(id, newestStamp);
}
