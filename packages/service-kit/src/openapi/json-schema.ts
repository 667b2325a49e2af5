import type Joi from 'joi';

export type JsonSchema = Record<string, unknown>;

/** What Joi tells of a schema and leaves out where it writes JSON Schema. */
interface Described {
  flags?: { presence?: string };
  keys?: Record<string, Described>;
  items?: Described[];
  allow?: unknown[];
  examples?: unknown[];
  metas?: { component?: string; format?: string }[];
  whens?: { ref?: { path: string[] }; is?: Described; otherwise?: Described }[];
}

export type SchemaWriter = ReturnType<typeof createSchemaWriter>;

/**
 * Writes Joi schemas as JSON Schema. Those with a name (`.meta({ component })`) are written once, and referred to.
 * Requests are closed: what they do not name is refused. Answers are open, as they may gain fields, and complete: they
 * have each of their fields, always, but for those that are expressly optional.
 */
export function createSchemaWriter() {
  const components: Record<string, JsonSchema> = {};

  function write(schema: JsonSchema, described: Described, use: 'request' | 'answer'): JsonSchema {
    const component = described.metas?.find((meta) => meta.component !== undefined)?.component;
    const format = described.metas?.find((meta) => meta.format !== undefined)?.format;
    const written = {
      ...withParts(onlyChoice(schema), described, use),
      ...(format !== undefined && { format }),
      ...(described.examples && described.keys === undefined && { examples: described.examples }),
    };
    return component === undefined ? allowingEmpty(written, described) : refer(component, written);
  }

  function withParts(schema: JsonSchema, { keys = {}, items = [] }: Described, use: 'request' | 'answer'): JsonSchema {
    const { properties, items: item, ...rest } = schema;
    if (isJsonObject(item) && items[0]) return { ...rest, items: write(item, items[0], use) };
    if (!isJsonObject(properties)) return schema;
    const written = Object.entries(keys).flatMap(([key, described]) => {
      const property = properties[key];
      return isJsonObject(property) && described.flags?.presence !== 'forbidden'
        ? [[key, write(property, described, use)] as const]
        : [];
    });
    if (use === 'request') return { ...rest, properties: Object.fromEntries(written), ...dependencies(keys) };
    delete rest.additionalProperties;
    const required = written.flatMap(([key]) => (keys[key]?.flags?.presence === 'optional' ? [] : [key]));
    return { ...rest, properties: Object.fromEntries(written), required };
  }

  function refer(name: string, schema: JsonSchema): JsonSchema {
    const known = components[name];
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`two schemas have the name ${name}`);
    components[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  }

  return {
    components,
    request: (schema: Joi.Schema): JsonSchema =>
      write(schema['~standard'].jsonSchema.input({ target }), schema.describe(), 'request'),
    answer: (schema: Joi.Schema): JsonSchema =>
      write(schema['~standard'].jsonSchema.output({ target }), schema.describe(), 'answer'),
  };
}

const target = 'draft-2020-12';

/** Joi writes a field that depends on another as a choice, even where only one is left. */
function onlyChoice(schema: JsonSchema): JsonSchema {
  const { anyOf } = schema;
  return Array.isArray(anyOf) && anyOf.length === 1 && isJsonObject(anyOf[0]) ? anyOf[0] : schema;
}

/** Of fields that may be there only when another one has a certain value. */
function dependencies(keys: Record<string, Described>): JsonSchema {
  const dependent: Record<string, JsonSchema> = {};
  for (const [key, { whens = [] }] of Object.entries(keys)) {
    for (const { ref, is, otherwise } of whens) {
      if (!ref || otherwise?.flags?.presence !== 'forbidden') continue;
      const values = is?.allow?.filter((value) => !isJsonObject(value)); // without Joi's own mark among them
      dependent[key] = { properties: { [ref.path.join('.')]: { enum: values } } };
    }
  }
  return Object.keys(dependent).length > 0 ? { dependentSchemas: dependent } : {};
}

/** Text that may be empty need not be as its pattern says. It may be blank, as it is trimmed. */
function allowingEmpty(schema: JsonSchema, { allow = [] }: Described): JsonSchema {
  const { description, ...rest } = schema;
  if (!allow.includes('') || !('pattern' in rest || 'allOf' in rest)) return schema;
  return {
    ...(description !== undefined && { description }),
    anyOf: [rest, { type: 'string', pattern: String.raw`^\s*$` }],
  };
}

export function isJsonObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
