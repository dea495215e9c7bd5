import type { JournalAudit } from '../audit.js';
import type { JournalStore } from '../port.js';
import type { EventScript } from './event-script.js';

/** The leases of incarnations, as they are for the claims to come. `script`, `node-a` and `node-b` have one that lives. */
export interface ContractLeases {
  /** `reads`: the newest journal format that it reads; default: 1. */
  keep(incarnation: string, reads?: number): Promise<unknown>;
  runOut(incarnation: string): Promise<unknown>;
  drop(incarnation: string): Promise<unknown>;
}

/** What the parts of the contract suite work with. */
export interface ContractContext {
  readonly store: () => JournalStore;
  readonly audit: () => JournalAudit;
  readonly leases: () => ContractLeases;
  /** A new event, activated once: epoch 2, seq 1. */
  readonly newEvent: () => Promise<EventScript>;
}
