// Writes the schema of each event that has none in published/ yet. What was published once is never overwritten.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { currentSchemas, publishedFolder } from './published.ts';
import { writeJson } from './write-json.ts';

for (const [type, schema] of currentSchemas()) {
  const file = join(publishedFolder, `${type}.json`);
  if (existsSync(file)) continue;
  await writeJson(file, { $schema: 'https://json-schema.org/draft/2020-12/schema', title: type, ...schema });
}
