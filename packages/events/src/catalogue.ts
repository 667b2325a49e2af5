import type { Exchanges } from '@kontakt/rabbitmq';
import { chapterRenamed } from './events/chapter-renamed.ts';
import { contactChapterAdded } from './events/contact-chapter-added.ts';
import { contactChapterRemoved } from './events/contact-chapter-removed.ts';
import { contactChapterUpdated } from './events/contact-chapter-updated.ts';
import { contactCreated } from './events/contact-created.ts';
import { contactDeleted } from './events/contact-deleted.ts';
import { contactEditAffiliationsChanged } from './events/contact-edit-affiliations-changed.ts';
import { contactEditDeleted } from './events/contact-edit-deleted.ts';
import { contactEditSaved } from './events/contact-edit-saved.ts';
import { contactUpdated } from './events/contact-updated.ts';

/** All events are published to the topic exchange; the routing key is the event's type. */
export const exchanges: Exchanges = { topic: 'contacts.events', deadLetters: 'contacts.dead-letters' };

/** Every event that is published. */
export const catalogue = [
  contactCreated,
  contactUpdated,
  contactDeleted,
  contactEditSaved,
  contactEditDeleted,
  contactEditAffiliationsChanged,
  contactChapterAdded,
  contactChapterUpdated,
  contactChapterRemoved,
  chapterRenamed,
] as const;

/**
 * The queues of the services, and what reaches each. Whoever publishes declares them all, so that nothing is published
 * past a service that has never run yet.
 */
export const serviceQueues = [
  {
    queue: 'contact-repository',
    types: typesOf(
      contactEditSaved,
      contactEditDeleted,
      contactChapterAdded,
      contactChapterUpdated,
      contactChapterRemoved,
    ),
  },
  {
    queue: 'contact-edit',
    types: typesOf(
      contactCreated,
      contactUpdated,
      contactDeleted,
      contactChapterAdded,
      contactChapterUpdated,
      contactChapterRemoved,
    ),
  },
  {
    queue: 'multi-chapter-membership',
    types: typesOf(contactCreated, contactUpdated, contactDeleted, contactEditAffiliationsChanged),
  },
];

function typesOf(...events: { type: string }[]): string[] {
  return events.map(({ type }) => type);
}

/** Types that nobody need subscribe to. */
export const onlyForOutside: ReadonlySet<string> = new Set(
  catalogue.flatMap(({ type, onlyForOutside: only }) => (only ? [type] : [])),
);
