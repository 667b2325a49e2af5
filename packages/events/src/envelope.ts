import { randomUUID } from 'node:crypto';
import Joi from 'joi';
import type { EventDefinition } from './define-event.ts';

/** CloudEvents 1.0, structured mode, as JSON. */
export interface CloudEvent<T = unknown, Type extends string = string> {
  specversion: '1.0';
  id: string;
  /** The service that publishes it: `/contact-repository`. */
  source: string;
  type: Type;
  /** What it is about: a contact's id, or a chapter's. */
  subject: string;
  /** RFC 3339, UTC. */
  time: string;
  datacontenttype: 'application/json';
  data: T;
}

export const envelopeSchema = Joi.object<CloudEvent>({
  specversion: Joi.string().valid('1.0').required(),
  id: Joi.string().required().description('A delivery that is repeated has the same.'),
  source: Joi.string().required(),
  type: Joi.string().required(),
  subject: Joi.string().required().description("What it is about: a contact's id, or a chapter's."),
  time: Joi.string().isoDate().required().description('When it was made; which change is later, the stamps say.'),
  datacontenttype: Joi.string().valid('application/json').required(),
  data: Joi.object().required(),
});

/** An event to publish, made now. */
export function createEvent<T>(
  definition: Pick<EventDefinition<T>, 'type' | 'producer' | 'example'>,
  event: { subject: string; data: NoInfer<T> },
): CloudEvent<T> {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: `/${definition.producer}`,
    type: definition.type,
    subject: event.subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: event.data,
  };
}
