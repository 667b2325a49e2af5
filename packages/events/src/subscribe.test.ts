import { expect, test } from '@jest/globals';
import { catalogue, contactCreated, contactUpdated, subscribe } from './index.ts';

const right = {
  url: 'amqp://127.0.0.1:1',
  queue: 'newsletter',
  events: [contactCreated, contactUpdated],
  handler: () => undefined,
};

test.each<[string, object, RegExp]>([
  ['no url', { url: undefined }, /"url" is required/],
  ['a url of another kind', { url: 'http://127.0.0.1' }, /"url" must be a valid uri/],
  ['no events', { events: [] }, /"events" must contain at least 1 items/],
  [
    'an event that the catalogue lacks',
    { events: [{ ...contactCreated, type: 'a.b.v1' }] },
    /"events\[0].type" must be one of/,
  ],
  ['an event that was misspelt', { events: [undefined] }, /"events\[0]" must not be a sparse array item/],
  ['no name for its queue', { queue: '' }, /"queue" is not allowed to be empty/],
  ["the broker's own name", { queue: 'amq.gen' }, /"queue" .* reserved name/],
  ['a name that dead letters have', { queue: 'newsletter.dead-letters' }, /"queue" .* reserved name/],
  ['no handler', { handler: undefined }, /"handler" is required/],
  ['no bound to what it takes at a time', { prefetch: 0 }, /"prefetch" must be greater than or equal to 1/],
  ['an option that there is not', { ack: 'auto' }, /"ack" is not allowed/],
])('when it is given %s, then it says so at once', async (_what, wrong, message) => {
  // As a program without types could call it.
  const subscribing = subscribe({ ...right, ...wrong });
  await expect(subscribing).rejects.toThrow(message);
  await expect(subscribing).rejects.toBeInstanceOf(TypeError);
});

test.each([...new Set(catalogue.map(({ producer }) => producer))])(
  'when it asks for the queue of %s, then it is refused, as that service would miss what it takes',
  async (queue) => {
    await expect(subscribe({ ...right, queue })).rejects.toThrow('"queue" is the queue of a service');
  },
);
