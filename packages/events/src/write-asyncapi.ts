import { join } from 'node:path';
import { asyncapiDocument } from './asyncapi.ts';
import { writeJson } from './write-json.ts';

await writeJson(join(import.meta.dirname, '..', 'asyncapi.json'), asyncapiDocument());
