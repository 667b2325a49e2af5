import type { FaultKind } from './faults.ts';

/** Two hundred faults of every kind; what takes long comes seldom. About five minutes. */
export const longMix: Record<FaultKind, number> = {
  'kill a service': 44,
  'kill the gateway': 6,
  'kill after claim': 16,
  'kill after publish': 16,
  'kill after confirm': 16,
  'kill before delete': 16,
  'pause a service': 8,
  'pause a service for longer than a lease': 6,
  'cut the way to a service': 8,
  'cut the way to a database': 10,
  'cut the way to the broker': 10,
  'slow the way to a service': 2,
  'slow the way to a database': 4,
  'slow the way to the broker': 4,
  'hold the way to a service': 2,
  'hold the way to a database': 4,
  'hold the way to the broker': 4,
  'close the connections at the broker': 8,
  'stop the broker': 6,
  'crash the broker': 2,
  'restart the database': 4,
  'crash the database': 4,
};

/** Twenty faults that are over in seconds. */
export const shortMix: Partial<Record<FaultKind, number>> = {
  'kill a service': 4,
  'kill the gateway': 1,
  'kill after claim': 1,
  'kill after publish': 1,
  'kill after confirm': 1,
  'kill before delete': 1,
  'pause a service': 1,
  'cut the way to a service': 2,
  'cut the way to a database': 2,
  'cut the way to the broker': 2,
  'close the connections at the broker': 2,
  'stop the broker': 1,
  'restart the database': 1,
};
