import { Ajv, type ValidateFunction } from 'ajv';
import { catalogue } from './catalogue.ts';
import type { EventDefinition } from './define-event.ts';
import { envelopeSchema, type CloudEvent } from './envelope.ts';
import { isJsonObject } from './json-schema.ts';

/** What came is no event that this catalogue knows; it will not become one by waiting. */
export class UnreadableEventError extends Error {
  override name = 'UnreadableEventError';
}

/** Which definition an event is read by, its type tells. */
const definitions = new Map(catalogue.map((event) => [event.type as string, event as EventDefinition<object>]));

/**
 * Joi's schemas say what an event is, and what is wrong with one. Compiled, they take 1.8 instead of 13 µs for one that
 * is right, and allocate a tenth: what they let through, Joi would (there is a property), and what not, Joi decides.
 */
const compiler = new Ajv({
  // As in Joi, fields that the schema does not know are taken out, and lengths are those of JavaScript.
  removeAdditional: true,
  unicode: false,
  allowUnionTypes: true,
  // It would warn of `unicode`.
  logger: false,
  formats: {
    // A part of what Joi takes: as producers write it.
    'date-time': /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,9})?Z$/,
  },
});
const compiled = new Map<string, ValidateFunction<CloudEvent<object>>>();

/** Compiled when it is first asked for, which takes 5 ms. */
function compiledSchemaOf({ type, data }: EventDefinition<object>): ValidateFunction<CloudEvent<object>> {
  const known = compiled.get(type);
  if (known) return known;
  const schema = envelopeSchema.keys({ data: data.required() })['~standard'];
  const validate = compiler.compile<CloudEvent<object>>(schema.jsonSchema.output({ target: 'draft-2020-12' }));
  compiled.set(type, validate);
  return validate;
}

/**
 * Reads a published event. Fields that a newer producer has added are passed over.
 * @throws UnreadableEventError, saying what is wrong with it.
 */
export function parseEvent(content: string): CloudEvent {
  const received = parseJson(content);
  const type = isJsonObject(received) ? String(received.type) : '';
  const definition = definitions.get(type);
  const event = definition && compiledSchemaOf(definition)(received) ? received : validated(received);
  const fault = definition?.fault?.(event.data);
  if (fault !== undefined) throw new UnreadableEventError(`${type}: ${fault}`);
  return event;
}

/** What is wrong with an event, or, where it was only written in another way, the event. */
function validated(received: unknown): CloudEvent<object> {
  const envelope = envelopeSchema.validate(received, { stripUnknown: true, convert: false });
  if (envelope.error) throw new UnreadableEventError(envelope.error.message);
  const definition = definitions.get(envelope.value.type);
  if (!definition) throw new UnreadableEventError(`unknown event type or version: ${envelope.value.type}`);
  const data = definition.data.validate(envelope.value.data, { stripUnknown: true, convert: false });
  if (data.error) throw new UnreadableEventError(`${definition.type}: ${data.error.message}`);
  return { ...envelope.value, data: data.value };
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new UnreadableEventError('not JSON');
  }
}
