// Writes what the gateway shows at /openapi.json, /asyncapi.json and /docs, anew from the services' endpoints and events.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../local/config.ts';
import { endpointsDocument } from './endpoints-document.ts';
import { gatewayDocument } from './gateway-document.ts';

await write('gateway/openapi.json', gatewayDocument());
await write('gateway/src/docs/endpoints.json', endpointsDocument());
copyFileSync(join(root, 'packages/events/asyncapi.json'), join(root, 'gateway/src/docs/asyncapi.json'));

async function write(path: string, document: object): Promise<void> {
  const filepath = join(root, path);
  const style = await resolveConfig(filepath);
  writeFileSync(filepath, await format(JSON.stringify(document), { ...style, filepath }));
}
