import { describe, expect, test } from '@jest/globals';
import { createClock, never } from '@kontakt/convergence';
import { contactDeleted, createEvent } from '@kontakt/events';
import type { Transaction } from '@kontakt/service-kit';
import { createEventHandler, on } from '../src/event-handler.ts';

const stamp = '1700000000000-0000-ce.test';
const deletionOf = (id: string) =>
  JSON.stringify(createEvent(contactDeleted, { subject: id, data: { contact: { id }, stamps: { deleted: stamp } } }));

/** A handler whose transactions wait until they are let go, and fail with a contact called `bad`. */
function startHandler() {
  const begun: string[][] = [];
  let go = Promise.withResolvers<undefined>();
  const handle = createEventHandler({
    subscriptions: [
      on(contactDeleted, async (_tx, deletions) => {
        const ids = deletions.map(({ contact }) => contact.id);
        begun.push(ids);
        await go.promise;
        if (ids.includes('bad')) throw new Error('bad');
      }),
    ],
    clock: createClock({ node: 'cr.test', startAfter: never }),
    transaction: (operation) =>
      operation({ query: () => Promise.resolve([]), send: () => undefined } satisfies Transaction),
  });
  const letGo = () => {
    go.resolve(undefined);
    go = Promise.withResolvers();
    go.resolve(undefined);
  };
  return { begun, letGo, handle: (id: string) => handle(deletionOf(id)) };
}

describe('createEventHandler', () => {
  test('when events come while two are applied, then they are applied together after the first', async () => {
    const { begun, handle, letGo } = startHandler();
    const handled = Promise.all(['a', 'b', 'c', 'd', 'c'].map(handle));
    expect(begun).toEqual([['a'], ['b']]);
    letGo();
    await handled;
    expect(begun).toEqual([['a'], ['b'], ['c', 'd', 'c']]);
  });

  test('when one of several fails, then it fails alone', async () => {
    const { handle, letGo } = startHandler();
    const handled = Promise.allSettled(['a', 'b', 'c', 'bad', 'd'].map(handle));
    letGo();
    expect((await handled).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    await expect(handle('e')).resolves.toBeUndefined();
  });

  test('when what comes is no event, then it is refused, and others are not concerned', async () => {
    const { handle, letGo } = startHandler();
    letGo();
    await expect(handle('')).rejects.toThrow();
    await expect(handle('e')).resolves.toBeUndefined();
  });
});
