import {
  contactChapterAdded,
  contactChapterRemoved,
  contactChapterUpdated,
  contactEditDeleted,
  contactEditSaved,
} from '@kontakt/events';
import { on, type Subscription } from '@kontakt/messaging';
import { applyDeletions } from './contacts/apply-deletions.ts';
import { applyEdits } from './contacts/apply-edits.ts';
import { applyMemberships } from './memberships/apply-memberships.ts';

/** Every event that enters Contact Repository. */
export const subscriptions: Subscription[] = [
  on(contactEditSaved, applyEdits),
  on(contactEditDeleted, applyDeletions),
  on(contactChapterAdded, applyMemberships),
  on(contactChapterUpdated, applyMemberships),
  on(contactChapterRemoved, applyMemberships),
];
