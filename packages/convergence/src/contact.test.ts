import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  blankContact,
  changeContact,
  deleteContact,
  isSameContact,
  mergeContacts,
  newestContactStamp,
  type ContactState,
} from './contact.ts';
import { joinName } from './name.ts';
import { formatStamp, never } from './stamp.ts';

const stamp = fc.oneof(
  fc.constant(never),
  fc
    .record({ time: fc.nat(5), counter: fc.nat(2), node: fc.constantFrom('ce.1', 'cr.1') })
    .map((parts) => formatStamp(parts)),
);
const text = fc.constantFrom('a', 'b', 'c');
const contact: fc.Arbitrary<ContactState> = fc
  .record({
    name: fc.tuple(text, text).map(([first, last]) => joinName(first, last)),
    nameStamp: stamp,
    email: text,
    emailStamp: stamp,
    orgId: text,
    orgIdStamp: stamp,
    role: text,
    roleStamp: stamp,
    isActive: fc.boolean(),
    isActiveStamp: stamp,
    specialty: fc.option(text),
    specialtyStamp: stamp,
    available: fc.boolean(),
    availableStamp: stamp,
    deletedStamp: fc.oneof({ weight: 9, arbitrary: fc.constant(never) }, { weight: 1, arbitrary: stamp }),
  })
  .map(({ name, ...rest }) => normal({ ...name, ...rest }));

/** As services store it: a register never written holds its default, a deleted contact holds nothing. */
function normal(state: ContactState): ContactState {
  if (state.deletedStamp !== never) return { ...blankContact, deletedStamp: state.deletedStamp };
  const written = { ...state };
  if (state.nameStamp === never) Object.assign(written, joinName('', ''));
  for (const key of ['email', 'orgId', 'role', 'isActive', 'specialty', 'available'] as const) {
    if (state[`${key}Stamp`] === never) Object.assign(written, { [key]: blankContact[key] });
  }
  // With the keys in the order that a merge gives them, so that bytes can be compared.
  return { ...blankContact, ...written };
}

/** Bytes, and not expect(): a hundred thousand of those take a minute. */
const bytes = (state: ContactState) => JSON.stringify(state);

describe('mergeContacts', () => {
  // A hundred thousand in all where there is time.
  const cases = { numRuns: process.env.TEST_SUITES === 'all' ? 33_334 : 3_334 };

  test('when two states are merged, then the order does not matter', () => {
    const holds = (a: ContactState, b: ContactState) => bytes(mergeContacts(a, b)) === bytes(mergeContacts(b, a));
    fc.assert(fc.property(contact, contact, holds), cases);
  });

  test('when three states are merged, then the grouping does not matter', () => {
    const holds = (a: ContactState, b: ContactState, c: ContactState) =>
      bytes(mergeContacts(mergeContacts(a, b), c)) === bytes(mergeContacts(a, mergeContacts(b, c)));
    fc.assert(fc.property(contact, contact, contact, holds), cases);
  });

  test('when a state is merged again, then nothing changes', () => {
    const holds = (a: ContactState, b: ContactState) => {
      const once = mergeContacts(a, b);
      return bytes(mergeContacts(once, b)) === bytes(once) && bytes(mergeContacts(a, blankContact)) === bytes(a);
    };
    fc.assert(fc.property(contact, contact, holds), cases);
  });

  test('when two people change different fields, then both changes stay', () => {
    const before = changeContact(blankContact, { ...joinName('Ane', 'Berg'), email: 'a@x.no' }, '1-a');
    const renamed = changeContact(before, joinName('Ane', 'Lund'), '2-a');
    const moved = changeContact(before, { email: 'b@x.no' }, '2-b');
    expect(mergeContacts(renamed, moved)).toMatchObject({ fullName: 'Ane Lund', email: 'b@x.no' });
  });

  test('when a contact was deleted, then a later write brings nothing back', () => {
    const deleted = deleteContact('2-a');
    const written = changeContact(blankContact, joinName('Ane', 'Berg'), '3-b');
    expect(mergeContacts(written, deleted)).toEqual(deleted);
  });
});

describe('changeContact', () => {
  test('when a value stays the same, then its register keeps its stamp', () => {
    const before = changeContact(blankContact, { email: 'a@x.no', role: 'coordinator' }, '1-a');
    const after = changeContact(before, { email: 'a@x.no', role: 'board' }, '2-a');
    expect(after).toMatchObject({ emailStamp: '1-a', roleStamp: '2-a' });
    expect(newestContactStamp(after)).toBe('2-a');
  });
});

test('when two states differ in one value or stamp, whichever, then they are not the same', () => {
  const keys = Object.keys(blankContact) as (keyof ContactState)[];
  for (const key of keys) expect(isSameContact(blankContact, { ...blankContact, [key]: 'other' })).toBe(false);
  expect(isSameContact(blankContact, { ...blankContact })).toBe(true);
});
