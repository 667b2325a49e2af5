import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createUnconfirmed } from './unconfirmed.ts';

const never = () => undefined;

test('when some are confirmed or refused, in whatever order, then exactly the others are still waited for', async () => {
  const fates = fc.array(fc.constantFrom('confirmed', 'refused', 'open'), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fates, fc.infiniteStream(fc.nat()), async (those, draws) => {
      const unconfirmed = createUnconfirmed(60_000);
      const messages = those.map((fate) => ({ fate, ...unconfirmed.add(never) }));
      const outcomes = Promise.all(
        messages.map(({ confirmed }) =>
          confirmed.promise.then(
            () => 'confirmed',
            (error: unknown) => (error instanceof Error ? error.message : ''),
          ),
        ),
      );
      const inSomeOrder = messages.map((message) => ({ message, at: draws.next().value })).sort((a, b) => a.at - b.at);
      for (const { message } of inSomeOrder) {
        if (message.fate === 'confirmed') message.confirmed.resolve();
        if (message.fate === 'refused') unconfirmed.reject(message.id, new Error('refused'));
        // It leaves before the next is decided.
        if (message.fate !== 'open') await message.confirmed.promise.catch(never);
        await Promise.resolve();
      }
      unconfirmed.rejectAll(() => new Error('open'));
      expect(await outcomes).toEqual(those);
      expect(await unconfirmed.settled()).toEqual([]);
    }),
  );
});
