import { expect, test } from '@jest/globals';
import { contactDeleted, createEvent } from '@kontakt/events';
import { createInProcessBus } from '../src/in-process-bus.ts';
import { TransportUnavailableError } from '../src/transport.ts';

test('when not all have subscribed yet, then an event waits, and all get it', async () => {
  const bus = createInProcessBus({ queues: ['early', 'late'] });
  const event = createEvent(contactDeleted, contactDeleted.example);
  const received: string[] = [];
  const subscribe = (queue: string) =>
    bus.subscribe({
      queue,
      types: [event.type],
      handle: () => {
        received.push(queue);
        return Promise.resolve();
      },
    });
  await subscribe('early');
  await expect(bus.publish(event)).rejects.toThrow(TransportUnavailableError);
  expect(received).toEqual([]);
  await subscribe('late');
  await bus.publish(event);
  expect(received).toEqual(['early', 'late']);
});
