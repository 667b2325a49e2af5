/** What people are told at /docs beside what stands in the schemas. */

export const introduction = `
Contacts, their editing and their chapter memberships, for membership organisations: 23 endpoints of three services behind one URL, and [10 events](#events) that tell everybody what has changed. Each endpoint can be tried out here: open it, press **Execute**, and read the answer of the system that shows this page.

### Two forms of a contact

A contact has one id and two forms, which two services answer for under \`/api/v1/contacts\`. The parameter \`context\` selects one. What is changed in one form is soon in the other, too.

| you want | send | you get |
| --- | --- | --- |
| who there is: name, email, organisation, role, peer-mentor profile | nothing, or \`?context=view\` | [Contacts](#operations-tag-Contacts) |
| the edit form: first and last name, phone, address, date of birth, chapters | \`?context=edit\` | [Edit form](#operations-tag-Edit_form) |

### Read your own writes

A write answers with a \`Consistency-Token\`. Send it with a read, to any endpoint, and the answer is at least as new as the write. Without it a read may be some milliseconds behind. Reads of one record carry an \`ETag\`: send it as \`If-Match\` with a write, and the write is refused (412) if somebody else was faster.

### When something is wrong

Every refusal is a problem document (RFC 9457, \`application/problem+json\`), whose \`type\` is for programs and whose \`detail\` is for people. Besides what stands at an endpoint, each can answer:

| status | when |
| --- | --- |
| 400 | a parameter or field is invalid or unknown; \`errors\` names all of them at once |
| 401, 403 | authentication is on, and there is no valid token, or it does not allow this |
| 405 | the path has no such method; \`Allow\` says which it has (HEAD can be used wherever GET can) |
| 413, 415 | the body is over 100 kB, or is not JSON in UTF-8 |
| 429, 503 | too much at once, or not available just now: try again after \`Retry-After\` seconds |
| 500, 502, 504 | something broke; \`request_id\` (of every answer: \`X-Request-Id\`) finds it in the log |
| 408, 414, 417, 431, 501, 505 | what came is no request that can be read, or is too long or too slow |

Where authentication is on, press **Authorize** and enter a bearer token that has the scope which stands at the endpoint; it is kept in this page only until you leave it.
`.trim();

/** Endpoint → what is filled in where it is tried out: a record or a word of the demonstration. Nobody deletes by mistake. */
export const filledIn: Record<string, Record<string, string>> = {
  searchContacts: { q: 'solburg' },
  searchPeerMentors: { q: 'integration' },
  getPeerMentor: { id: 'pm_88A1C' },
  getContact: { id: 'usr_01J3K8X' },
  updateContact: { id: 'usr_01J3K8X' },
  getContactForm: { id: 'c-00123' },
  saveContactForm: { id: 'c-00123' },
  replaceChapterAffiliations: { id: 'c-00123' },
  refreshContact: { id: 'c-00123' },
  getMembership: { id: 'ccm-001' },
  updateMembership: { id: 'ccm-001' },
  listChaptersOfContact: { contactId: 'contact-8821' },
  listContactsOfChapter: { chapterId: 'chapter-oslo' },
};

const requestId = '0af7651916cd43dd8448eb211c80319c';

/** Refusal → what it looks like. */
export const problems: Record<string, object> = {
  NotFound: {
    type: 'urn:kontakt:problem:not-found',
    title: 'Not Found',
    status: 404,
    detail: 'There is no contact c-99999.',
    instance: '/api/v1/contacts/c-99999',
    request_id: requestId,
  },
  Conflict: {
    type: 'urn:kontakt:problem:already-exists',
    title: 'Conflict',
    status: 409,
    detail: 'contact-8821 already has a membership in chapter-oslo: ccm-001.',
    instance: '/api/v1/contact-chapters',
    request_id: requestId,
    existing_id: 'ccm-001',
  },
  PreconditionFailed: {
    type: 'urn:kontakt:problem:precondition-failed',
    title: 'Precondition Failed',
    status: 412,
    detail: 'It has changed since you read it: read it again, then repeat.',
    instance: '/api/v1/contacts/c-00123',
    request_id: requestId,
  },
};
