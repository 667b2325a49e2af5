import { catalogue } from './catalogue.ts';
import { envelopeSchema, type CloudEvent } from './envelope.ts';

/** What came is no event that this catalogue knows; it will not become one by waiting. */
export class UnreadableEventError extends Error {
  override name = 'UnreadableEventError';
}

const definitions = new Map<string, (typeof catalogue)[number]>(catalogue.map((event) => [event.type, event]));

/**
 * Reads a published event. Fields that a newer producer has added are passed over.
 * @throws UnreadableEventError, saying what is wrong with it.
 */
export function parseEvent(content: string): CloudEvent {
  const envelope = envelopeSchema.validate(parseJson(content), { stripUnknown: true, convert: false });
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
