import { describe, expect, test } from '@jest/globals';
import { CloudEvent, HTTP } from 'cloudevents';
import { catalogue, createEvent } from './index.ts';

describe.each(catalogue.map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
  const event = createEvent<object>(definition, definition.example);
  const body = JSON.stringify(event);

  test("when the CloudEvents project's own SDK receives it, then all of it comes through", () => {
    const received = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body });
    if (!(received instanceof CloudEvent)) throw new Error('not one event');
    expect(received.validate()).toBe(true);
    expect(received.toJSON()).toEqual(JSON.parse(body));
    expect(received).toMatchObject({
      specversion: '1.0',
      id: event.id,
      source: `/${definition.producer}`,
      type,
      subject: definition.example.subject,
      time: event.time,
      data: definition.example.data,
    });
  });

  test('when the SDK is strict, then it makes the same event of the same attributes', () => {
    expect(JSON.parse(new CloudEvent({ ...event }, true).toString())).toEqual(JSON.parse(body));
  });

  // The SDK gives an event that has no id one of its own.
  test.each(['source', 'type'])('when %s is missing, then the SDK refuses it', (attribute) => {
    expect(() => new CloudEvent({ ...event, [attribute]: undefined }, true)).toThrow();
  });
});
