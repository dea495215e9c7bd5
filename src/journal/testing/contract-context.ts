import type { JournalAudit } from '../audit.js';
import type { JournalStore } from '../port.js';
import type { EventScript } from './event-script.js';

/** What the parts of the contract suite work with. */
export interface ContractContext {
  readonly store: () => JournalStore;
  readonly audit: () => JournalAudit;
  /** A new event, activated once: epoch 2, seq 1. */
  readonly newEvent: () => Promise<EventScript>;
}
