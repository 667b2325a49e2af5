import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ErrorCapturingSqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

/** What the published types of the bindings leave out: how they get to know the instance that they are bindings of. */
interface Connectable {
  __wbg_set_wasm(exports: Exports): void;
}

interface Exports {
  __wbindgen_start(): void;
}

/** TypeScript's library without the DOM does not describe this global. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Exports } }>;
};

let connected: Promise<void> | undefined;

/**
 * Prisma's schema engine on a database. It is compiled once per process: its bindings keep their view of one instance's
 * memory in module variables.
 */
export async function createEngine(
  schema: string,
  adapter: ErrorCapturingSqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  await (connected ??= connect());
  return bindings.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, adapter);
}

async function connect(): Promise<void> {
  if (!isConnectable(bindings)) throw new Error('@prisma/schema-engine-wasm is not built as expected');
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const bytes = await readFile(join(folder, 'schema_engine_bg.wasm'));
  const imports = Object.fromEntries(Object.entries(bindings).map(withUnheldTimers));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': imports });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

/** The engine leaves the timer of its lock's timeout running, which would keep the process alive for 10 s. */
function withUnheldTimers([name, binding]: [string, unknown]): [string, unknown] {
  if (!name.startsWith('__wbg_setTimeout_')) return [name, binding];
  return [name, (callback: () => void, ms: number) => setTimeout(callback, ms).unref()];
}

function isConnectable(module: object): module is Connectable {
  return '__wbg_set_wasm' in module;
}
