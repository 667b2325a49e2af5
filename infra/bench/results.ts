import type { BacklogResult } from './backlog.ts';
import type { ClaimResult } from './claim.ts';
import type { CaseResult } from './endpoints.ts';
import type { LatencyResult } from './latency.ts';
import type { MemoryResult } from './memory.ts';
import type { PeerResult } from './peer.ts';
import type { ProxyResult } from './proxies.ts';

/** What was measured with one number of contacts. */
export interface SizeResults {
  contacts: number;
  cases: Record<string, CaseResult>;
  proxies?: ProxyResult;
  peer?: PeerResult;
  latency?: LatencyResult;
  backlog?: BacklogResult;
  claim?: ClaimResult;
  memory?: MemoryResult;
}

export interface Results {
  started: string;
  ended: string;
  machine: { cpu: string; cpus: number; memoryGb: number; node: string; postgres: string; broker: string };
  /** How busy the machine was, itself included: averages over one minute, at the start and at the end. */
  loadAverage: { atStart: number; atEnd: number };
  options: { contacts: number[]; rounds: number; seconds: number; minutes: number };
  /** From the fewest contacts to the most. */
  sizes: SizeResults[];
}
