import {
  contactChapterAdded,
  contactChapterRemoved,
  contactChapterUpdated,
  contactCreated,
  contactDeleted,
  contactUpdated,
} from '@kontakt/events';
import { on, type Subscription } from '@kontakt/messaging';
import { applyMemberships } from './affiliations/apply-memberships.ts';
import { applyContacts } from './contacts/apply-contacts.ts';
import { applyDeletions } from './contacts/apply-deletions.ts';

/** Every event that enters Contact Edit. */
export const subscriptions: Subscription[] = [
  on(contactCreated, applyContacts),
  on(contactUpdated, applyContacts),
  on(contactDeleted, applyDeletions),
  on(contactChapterAdded, applyMemberships),
  on(contactChapterUpdated, applyMemberships),
  on(contactChapterRemoved, applyMemberships),
];
