import type Joi from 'joi';

export type JsonSchema = Record<string, unknown>;

/** What a consumer may rely on. Fields that a later producer adds are no fault, as parseEvent passes over them, too. */
export function jsonSchemaOf(schema: Joi.Schema): JsonSchema {
  return opened(schema['~standard'].jsonSchema.output({ target: 'draft-2020-12' }));
}

function opened(schema: JsonSchema): JsonSchema {
  const { anyOf } = schema;
  // Joi writes a field that depends on another as a choice, even where only one is left.
  if (Array.isArray(anyOf) && anyOf.length === 1 && isJsonObject(anyOf[0])) return opened(anyOf[0]);
  const entries = Object.entries(schema).filter(([key, value]) => key !== 'additionalProperties' || value !== false);
  return Object.fromEntries(entries.map(([key, value]) => [key, openedValue(value)]));
}

function openedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(openedValue);
  return isJsonObject(value) ? opened(value) : value;
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
