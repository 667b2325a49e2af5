import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonSchema } from './json-schema.ts';

const annotations = ['$schema', '$id', '$comment', 'title', 'description', 'examples', 'deprecated'];
const comparedByField = ['properties', 'required'];

/**
 * What in the current schema of an event breaks those who live by the published one: consumers that were built for
 * it, and events of then that are still under way. Nothing but a new optional field passes.
 */
export function breakingChanges(published: JsonSchema, current: JsonSchema, path = 'data'): string[] {
  return [...changedFields(published, current, path), ...changedKeywords(published, current, path)];
}

/** The same for a whole catalogue: schemas by event type. */
export function breakingChangesOfCatalogue(
  published: Map<string, JsonSchema>,
  current: Map<string, JsonSchema>,
): string[] {
  const missing = [...current.keys()].filter((type) => !published.has(type));
  return [
    ...missing.map((type) => `${type} has no published schema: run publish-schemas`),
    ...[...published].flatMap(([type, schema]) => {
      const now = current.get(type);
      if (!now) return [`${type} is no longer in the catalogue: its consumers would wait for it in vain`];
      return breakingChanges(schema, now).map((change) => `${type}: ${change}`);
    }),
  ];
}

interface Field {
  schema: JsonSchema;
  required: boolean;
}

function fieldsOf({ properties, required }: JsonSchema): Map<string, Field> {
  const names: unknown[] = Array.isArray(required) ? required : [];
  const schemas = Object.entries(isJsonObject(properties) ? properties : {});
  return new Map(
    schemas.map(([name, schema]) => [
      name,
      { schema: isJsonObject(schema) ? schema : {}, required: names.includes(name) },
    ]),
  );
}

function changedFields(published: JsonSchema, current: JsonSchema, path: string): string[] {
  const before = fieldsOf(published);
  const now = fieldsOf(current);
  const added = [...now].filter(([name, field]) => field.required && !before.has(name));
  return [
    ...[...before].flatMap(([name, field]) => changedField(field, now.get(name), `${path}.${name}`)),
    ...added.map(([name]) => `${path}.${name} is new and required: events that are under way do not have it`),
  ];
}

function changedField(published: Field, current: Field | undefined, path: string): string[] {
  if (!current) return [`${path} is gone: consumers that read it would not find it`];
  return [
    ...(published.required && !current.required
      ? [`${path} is no longer required: consumers count on it always being there`]
      : []),
    ...(!published.required && current.required
      ? [`${path} has become required: events that are under way may not have it`]
      : []),
    ...breakingChanges(published.schema, current.schema, path),
  ];
}

function changedKeywords(published: JsonSchema, current: JsonSchema, path: string): string[] {
  const keywords = new Set([...Object.keys(published), ...Object.keys(current)]);
  return [...keywords]
    .filter((keyword) => !annotations.includes(keyword) && !comparedByField.includes(keyword))
    .flatMap((keyword) => changedKeyword(keyword, published[keyword], current[keyword], path));
}

function changedKeyword(keyword: string, published: unknown, current: unknown, path: string): string[] {
  if (keyword === 'items' && isJsonObject(published) && isJsonObject(current))
    return breakingChanges(published, current, `${path}[]`);
  if (keyword === 'enum' && Array.isArray(published) && Array.isArray(current))
    return changedEnum(published, current, path);
  if (keyword === 'type' && isDeepStrictEqual(new Set([published].flat()), new Set([current].flat()))) return [];
  if (isDeepStrictEqual(published, current)) return [];
  return [
    `${path} has another ${keyword}, ${shown(current)} for ${shown(published)}: consumers were built for the old one`,
  ];
}

function changedEnum(published: unknown[], current: unknown[], path: string): string[] {
  const added = current.filter((value) => !published.includes(value));
  const gone = published.filter((value) => !current.includes(value));
  return [
    ...added.map((value) => `${path} can be ${shown(value)}: consumers do not know this value`),
    ...gone.map(
      (value) => `${path} can no longer be ${shown(value)}: consumers may wait for it, events under way hold it`,
    ),
  ];
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
