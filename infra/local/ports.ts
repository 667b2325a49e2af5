import { freePort, tryListening } from '@kontakt/embedded-postgres';

/** Where the services listen; only the gateway may be told to listen elsewhere. */
export const loopback = '127.0.0.1';

/**
 * The port `offset` above the gateway's where it is free, so that a service answers where one would look for it, else
 * any free one.
 */
export async function portOrFree(gatewayPort: number, offset: number): Promise<number> {
  if (gatewayPort === 0) return freePort();
  return tryListening(gatewayPort + offset, loopback).catch(freePort);
}
