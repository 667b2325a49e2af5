import {
  contactChapterAdded,
  contactChapterRemoved,
  contactChapterUpdated,
  contactEditDeleted,
  contactEditSaved,
} from '@kontakt/events';
import { on, type Subscription } from '@kontakt/messaging';
import { applyDeletion } from './contacts/apply-deletion.ts';
import { applyEdit } from './contacts/apply-edit.ts';
import type { Tx } from './db.ts';
import { applyMembership } from './memberships/apply-membership.ts';

/** Every event that enters Contact Repository. */
export const subscriptions: Subscription<Tx>[] = [
  on(contactEditSaved, applyEdit),
  on(contactEditDeleted, applyDeletion),
  on(contactChapterAdded, applyMembership),
  on(contactChapterUpdated, applyMembership),
  on(contactChapterRemoved, applyMembership),
];
