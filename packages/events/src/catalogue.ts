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

/** The topic exchange that all events are published to; the routing key is the event's type. */
export const eventsExchange = 'contacts.events';

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

/** Types that nobody need subscribe to. */
export const onlyForOutside: ReadonlySet<string> = new Set(
  catalogue.flatMap(({ type, onlyForOutside: only }) => (only ? [type] : [])),
);
