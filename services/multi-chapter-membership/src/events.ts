import { contactCreated, contactDeleted, contactEditAffiliationsChanged, contactUpdated } from '@kontakt/events';
import { on, type Subscription } from '@kontakt/messaging';
import { applyContact } from './contacts/apply-contact.ts';
import { applyDeletion } from './contacts/apply-deletion.ts';
import type { Tx } from './db.ts';
import { applyAffiliations } from './memberships/apply-affiliations.ts';

/** Every event that enters Multi-Chapter Membership. */
export const subscriptions: Subscription<Tx>[] = [
  on(contactCreated, applyContact),
  on(contactUpdated, applyContact),
  on(contactDeleted, applyDeletion),
  on(contactEditAffiliationsChanged, applyAffiliations),
];
