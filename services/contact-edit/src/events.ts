import {
  contactChapterAdded,
  contactChapterRemoved,
  contactChapterUpdated,
  contactCreated,
  contactDeleted,
  contactUpdated,
} from '@kontakt/events';
import { on, type Subscription } from '@kontakt/messaging';
import { applyMembership } from './affiliations/apply-membership.ts';
import { applyContact } from './contacts/apply-contact.ts';
import { applyDeletion } from './contacts/apply-deletion.ts';
import type { Tx } from './db.ts';

/** Every event that enters Contact Edit. */
export const subscriptions: Subscription<Tx>[] = [
  on(contactCreated, applyContact),
  on(contactUpdated, applyContact),
  on(contactDeleted, applyDeletion),
  on(contactChapterAdded, applyMembership),
  on(contactChapterUpdated, applyMembership),
  on(contactChapterRemoved, applyMembership),
];
