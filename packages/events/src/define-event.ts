import type { Stamp } from '@kontakt/convergence';
import type Joi from 'joi';

type Producer = 'contact-repository' | 'contact-edit' | 'multi-chapter-membership';

/** One kind of event, in one version. It may gain optional fields; whatever else changes is a new version beside it. */
export interface EventDefinition<T, Type extends string = string> {
  /** Name and version; the routing key, too. */
  type: Type;
  producer: Producer;
  /** No service of ours subscribes to it: with nobody listening it is published all the same. */
  onlyForOutside?: true;
  /** When it is published, in one sentence. */
  summary: string;
  data: Joi.ObjectSchema<T>;
  /** What is wrong with data in which each field by itself is right. */
  fault?: (data: T) => string | undefined;
  /** The stamps that it carries. */
  stamps: (data: T) => Stamp[];
  example: { subject: string; data: T };
}

export function defineEvent<T, Type extends string>(definition: EventDefinition<T, Type>): EventDefinition<T, Type> {
  // Said once here and not with each stamp, for which Joi would put its settings together anew: a quarter of its time.
  const data = definition.data.messages({ 'string.pattern.base': '{{#label}} must be a stamp' });
  return { ...definition, data };
}
