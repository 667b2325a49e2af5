import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';

/** Writes a file as the linter wants to find it. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  const style = await resolveConfig(file);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await format(JSON.stringify(value, null, 2), { ...style, parser: 'json' }));
}
