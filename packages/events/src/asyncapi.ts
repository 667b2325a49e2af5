import Joi from 'joi';
import { catalogue, exchanges } from './catalogue.ts';
import { createEvent, envelopeSchema } from './envelope.ts';
import { jsonSchemaOf } from './json-schema.ts';

type Event = (typeof catalogue)[number];

/** The catalogue as an AsyncAPI document: a channel for each event, whose address is the routing key. */
export function asyncapiDocument() {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Kontakt events',
      version: '1.0.0',
      description:
        'What changes in contacts and in their chapter memberships. Events come at least once and in any order: ' +
        'the later stamp wins, so that neither matters. Within a version they only ever gain optional fields.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(catalogue.map((event) => [event.type, channelOf(event)])),
    operations: Object.fromEntries(catalogue.map((event) => [`publish.${event.type}`, operationOf(event)])),
    components: { messages: Object.fromEntries(catalogue.map((event) => [event.type, messageOf(event)])) },
  };
}

function channelOf({ type, summary }: Event) {
  return {
    address: type,
    summary,
    messages: { [type]: { $ref: `#/components/messages/${type}` } },
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { name: exchanges.topic, type: 'topic', durable: true, autoDelete: false },
        bindingVersion: '0.3.0',
      },
    },
  };
}

function operationOf({ type, producer, summary }: Event) {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${type}` },
    summary,
    tags: [{ name: producer }],
    bindings: { amqp: { deliveryMode: 2, mandatory: true, bindingVersion: '0.3.0' } },
  };
}

function messageOf(event: Event) {
  const { type, producer, summary, data } = event;
  const schema = envelopeSchema.keys({
    source: Joi.string().valid(`/${producer}`).required(),
    type: Joi.string().valid(type).required(),
    data: data.required(),
  });
  return {
    name: type,
    summary,
    contentType: 'application/cloudevents+json',
    payload: jsonSchemaOf(schema),
    examples: [{ payload: exampleOf(event) }],
  };
}

function exampleOf(event: Event) {
  const example = createEvent<object>(event, event.example);
  return { ...example, id: '6f0b8c3e-5d1a-4c27-9a3e-2b7d90c41f58', time: '2026-03-26T12:34:00.120Z' };
}
