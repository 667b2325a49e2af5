export { catalogue, exchanges, onlyForOutside, serviceQueues } from './catalogue.ts';
export type { ContactDeletion } from './contact-deletion.ts';
export { changedRegisters, fromRegisters, wholeContact, type ContactRegisters } from './contact-registers.ts';
export type { EventDefinition } from './define-event.ts';
export { createEvent, type CloudEvent } from './envelope.ts';
export { chapterRenamed } from './events/chapter-renamed.ts';
export { contactChapterAdded } from './events/contact-chapter-added.ts';
export { contactChapterRemoved } from './events/contact-chapter-removed.ts';
export { contactChapterUpdated } from './events/contact-chapter-updated.ts';
export { contactCreated } from './events/contact-created.ts';
export { contactDeleted } from './events/contact-deleted.ts';
export {
  contactEditAffiliationsChanged,
  type AffiliationsChanged,
} from './events/contact-edit-affiliations-changed.ts';
export { contactEditDeleted } from './events/contact-edit-deleted.ts';
export { contactEditSaved } from './events/contact-edit-saved.ts';
export { contactUpdated } from './events/contact-updated.ts';
export type { MembershipRegister } from './membership.ts';
export { parseEvent, UnreadableEventError } from './parse-event.ts';
export { subscribe, type EventOf, type Subscription } from './subscribe.ts';
