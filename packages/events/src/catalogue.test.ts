import { describe, expect, test } from '@jest/globals';
import { blankContact, changeContact, joinName } from '@kontakt/convergence';
import {
  catalogue,
  changedRegisters,
  contactEditSaved,
  createEvent,
  fromRegisters,
  parseEvent,
  UnreadableEventError,
  wholeContact,
  type EventDefinition,
} from './index.ts';

const stamp = '1768043040000-0000-cr.3f9a2c1d';
const later = '1768043041000-0000-cr.3f9a2c1d';

describe.each(catalogue.map((event) => [event.type, event as EventDefinition<object>] as const))(
  '%s',
  (type, event) => {
    const example = createEvent(event, event.example);

    test('when its example is published, then it is read as it was', () => {
      expect(parseEvent(JSON.stringify(example))).toEqual(example);
      expect(type).toMatch(/^[a-z-]+\.[a-z-]+\.v\d+$/);
    });

    test('when a newer producer has added fields, then they are passed over', () => {
      const newer = { ...example, traceparent: '00-1', data: { ...event.example.data, more: 1 } };
      expect(parseEvent(JSON.stringify(newer)).data).toEqual(event.example.data);
    });

    test.each(Object.keys(event.example.data))('when %s is missing, then it cannot be read', (field) => {
      const data = Object.fromEntries(Object.entries(event.example.data).filter(([key]) => key !== field));
      expect(() => parseEvent(JSON.stringify({ ...example, data }))).toThrow(UnreadableEventError);
    });
  },
);

test.each([
  ['no JSON', '{'],
  ['another thing', '"text"'],
  [
    'an unknown type',
    JSON.stringify({ ...createEvent(contactEditSaved, contactEditSaved.example), type: 'contact.exploded.v1' }),
  ],
  [
    'a later version',
    JSON.stringify({ ...createEvent(contactEditSaved, contactEditSaved.example), type: 'contact-edit.saved.v2' }),
  ],
  ['a stamp without its value', saved({}, { email: stamp })],
  ['a part of a name', saved({ full_name: 'Ane Berg' }, { name: stamp })],
  ['a stamp that is none', saved({ email: 'a@b.no' }, { email: 'yesterday' })],
])('when %s comes, then it cannot be read', (_what, content) => {
  expect(() => parseEvent(content)).toThrow(UnreadableEventError);
});

function saved(contact: object, stamps: object): string {
  const data = { contact: { id: 'c-1', created_at: '2026-01-01T00:00:00.000Z', ...contact }, stamps };
  return JSON.stringify({ ...createEvent(contactEditSaved, contactEditSaved.example), data });
}

describe('registers', () => {
  const before = changeContact(
    blankContact,
    { ...joinName('Ane', 'Berg'), email: 'a@x.no', specialty: 'Kreft' },
    stamp,
  );
  const identity = { id: 'c-1', createdAt: new Date(0) };

  test('when a state goes through an event, then it is the same', () => {
    const content = createEvent(contactEditSaved, { subject: 'c-1', data: wholeContact({ ...before, ...identity }) });
    const { data } = parseEvent(JSON.stringify(content));
    expect(fromRegisters(data as Parameters<typeof fromRegisters>[0])).toEqual(before);
  });

  test('when only what changed is told, then nothing else is', () => {
    const after = changeContact(before, { email: 'b@x.no' }, later);
    expect(changedRegisters({ ...after, ...identity }, before)).toEqual({
      contact: { id: 'c-1', created_at: '1970-01-01T00:00:00.000Z', email: 'b@x.no' },
      stamps: { email: later },
    });
    expect(changedRegisters({ ...before, ...identity }, before)).toBeNull();
  });
});
