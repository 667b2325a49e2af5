import { contactCreated, contactDeleted, contactEditAffiliationsChanged, contactUpdated } from '@kontakt/events';
import { on, type Subscription } from '@kontakt/messaging';
import { applyContacts } from './contacts/apply-contacts.ts';
import { applyDeletions } from './contacts/apply-deletions.ts';
import { applyAffiliations } from './memberships/apply-affiliations.ts';

/** Every event that enters Multi-Chapter Membership. */
export const subscriptions: Subscription[] = [
  on(contactCreated, applyContacts),
  on(contactUpdated, applyContacts),
  on(contactDeleted, applyDeletions),
  on(contactEditAffiliationsChanged, applyAffiliations),
];
