export { createClock, StampAheadError, type Clock } from './clock.ts';
export {
  blankContact,
  changeContact,
  deleteContact,
  isSameContact,
  mergeContacts,
  newestContactStamp,
  type ContactState,
  type ContactValues,
} from './contact.ts';
export { mergeMemberships, type MembershipState, type MembershipStatus } from './membership.ts';
export { joinName, splitName, type PersonName } from './name.ts';
export { formatStamp, never, parseStamp, stampAfter, type Stamp } from './stamp.ts';
