import { consistencyToken } from '@kontakt/service-kit';
import type { Membership } from '../generated/prisma/client.ts';
import { membershipTag } from './membership-tag.ts';

/** With which a client can write again, and read its write in every service. */
export function writeHeaders(membership: Membership) {
  return {
    ETag: membershipTag(membership),
    'Consistency-Token': consistencyToken({ contactId: membership.contactId, memberships: [membership] }),
  };
}
