import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from './catalogue.ts';
import { isJsonObject, jsonSchemaOf, type JsonSchema } from './json-schema.ts';

/** Where the schemas stand that consumers were promised. */
export const publishedFolder = join(import.meta.dirname, '..', 'published');

/** The schema of the data of every event that was ever published, by type. */
export function publishedSchemas(): Map<string, JsonSchema> {
  const files = readdirSync(publishedFolder).filter((file) => file.endsWith('.json'));
  return new Map(files.map((file) => [file.slice(0, -'.json'.length), read(join(publishedFolder, file))]));
}

/** The schema of the data of every event as it is now, by type. */
export function currentSchemas(): Map<string, JsonSchema> {
  return new Map(catalogue.map(({ type, data }) => [type, jsonSchemaOf(data)]));
}

function read(file: string): JsonSchema {
  const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isJsonObject(schema)) throw new Error(`${file} is no JSON Schema`);
  return schema;
}
