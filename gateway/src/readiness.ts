import type { Service } from './services.ts';

/** @throws when the service does not say within a second that it can do its work. */
export async function askIfReady({ name, url, internalToken }: Service): Promise<void> {
  const response = await fetch(`${url}/readyz`, {
    headers: { 'Internal-Token': internalToken },
    signal: AbortSignal.timeout(1_000),
  });
  await response.arrayBuffer(); // to the end, so that the connection can be used again
  if (!response.ok) throw new Error(`${name} is not ready`);
}
