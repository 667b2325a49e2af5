/**
 * Endpoint → the events that it publishes, and then those that the owner of what it changed publishes. Not each is
 * published each time: who changes nothing publishes nothing.
 */
export const publishedEvents: Record<string, string[]> = {
  createContact: ['contact.created.v1'],
  updateContact: ['contact.updated.v1'],
  deleteContact: ['contact.deleted.v1', 'contact-chapter.removed.v1'],
  createContactForm: [
    'contact-edit.saved.v1',
    'contact-edit.affiliations-changed.v1',
    'contact.created.v1',
    'contact-chapter.added.v1',
  ],
  saveContactForm: ['contact-edit.saved.v1', 'contact.updated.v1'],
  deleteContactForm: ['contact-edit.deleted.v1', 'contact.deleted.v1', 'contact-chapter.removed.v1'],
  replaceChapterAffiliations: [
    'contact-edit.affiliations-changed.v1',
    'contact-chapter.added.v1',
    'contact-chapter.updated.v1',
    'contact-chapter.removed.v1',
  ],
  addMembership: ['contact-chapter.added.v1', 'chapter.renamed.v1'],
  updateMembership: ['contact-chapter.updated.v1'],
  removeMembership: ['contact-chapter.removed.v1'],
};
